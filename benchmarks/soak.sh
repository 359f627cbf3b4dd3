#!/usr/bin/env bash
# Captions from several threads for a long time: every caption beside the one that a single thread
# made first, memory every minute, its slope, and what closing leaves. Exits with 1 if not sound.
# usage: benchmarks/soak.sh MODEL PHOTOS MINUTES THREADS [unpacked]   (after mvn package)
# "unpacked" keeps one copy of the weights for all graphs, which a full-size model needs.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cli=$here/../examples/cli/target
# A heap of one size, all of it in memory from the start: what grows is then native.
exec "${JAVA:-java}" -Xms512m -Xmx512m -XX:+AlwaysPreTouch -cp \
  "$here/target/classes:$cli/close-cli.jar:$cli/lib/*" \
  io.github.close4j.benchmarks.Soak "$@"
