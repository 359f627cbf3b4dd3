#!/usr/bin/env bash
# Where the time of a full-size captioning goes, by ONNX Runtime's own profiler, and the floor that
# the machine sets: floating-point work over its matrix rate, weights over its bandwidth.
# usage: benchmarks/full-size/profile.sh WORK PHOTOS BATCH FLOAT32|INT8   (after run.sh WORK …)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cli=$here/../../examples/cli/target
folder=$(mktemp -d "$1/profile.XXXXXX")
trap 'rm -rf "$folder"' EXIT
java -Xmx4g -cp "$here/../target/classes:$cli/close-cli.jar:$cli/lib/*" \
  io.github.close4j.benchmarks.FullSizeProfile "$1/model" "$2" "$3" "${THREADS:-$(nproc)}" "$4" \
  "$folder"
