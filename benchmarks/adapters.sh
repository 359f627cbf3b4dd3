#!/usr/bin/env bash
# Every adapter beside PyTorch on one thread, plain loops and the machine's limits, in one run with
# JMH: 3 forks, 5 warm-up and 5 measured seconds each, heap 2 GB. Takes about three hours.
# usage: benchmarks/adapters.sh TABLE.md [--vector] [--threads N] [--smoke]   (after mvn package)
# --vector adds jdk.incubator.vector; --smoke shows in minutes that all runs, and measures nothing.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
examples=$here/../examples/target
exec "${JAVA:-java}" -cp \
  "$here/target/classes:$here/target/lib/*:$examples/close-examples.jar:$examples/lib/*" \
  io.github.close4j.benchmarks.AdapterReport "$@"
