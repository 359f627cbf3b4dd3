#!/usr/bin/env bash
# Every adapter beside PyTorch on one thread, plain loops and the machine's limits, in one run with
# JMH, heap 2 GB; this library's adapters on all threads too.
# usage: benchmarks/adapters.sh TABLE.md [--vector] [--plan PLAN]   (after mvn package)
#   --vector   adds jdk.incubator.vector
#   --plan     FULL      the whole table, 3 forks of 10 s: about six hours (the default)
#              QUICK     the whole table, 1 fork of 3.6 s: about forty minutes
#              REQUIRED  128 vectors of 768 alone, one thread, 2 forks of 5.5 s: about six minutes
#              SMOKE     shows in a minute that all runs, and measures nothing
# JAVA names another Java than the PATH's.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cli=$here/../examples/cli/target
exec "${JAVA:-java}" -cp \
  "$here/target/classes:$here/target/lib/*:$cli/close-cli.jar:$cli/lib/*" \
  io.github.close4j.benchmarks.AdapterReport "$@"
