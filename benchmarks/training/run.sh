#!/usr/bin/env bash
# Training T5-small on COCO captions, batch 32: ours beside a PyTorch + transformers loop written as
# the reference's, one process after the other on the same machine, same threads, same batches.
# usage: benchmarks/training/run.sh WORK TOKENIZERS CAPTIONS PYTHON   (after mvn package)
# CAPTIONS is COCO's captions_val2014.json.gz; PYTHON has torch and transformers. STEPS, BATCH and
# THREADS in the environment change what is measured; MEMORY_STEPS=2000 prints resident memory every
# 100 steps of a run of ours instead, in PRECISION.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$1 tokenizers=$2 captions=$3 python=$4
threads=${THREADS:-$(nproc)} batch=${BATCH:-32} steps=${STEPS:-60}
cli=$here/../../examples/cli/target
ours=(java -Xmx3g -cp "$here/../target/classes:$cli/close-cli.jar:$cli/lib/*"
  io.github.close4j.benchmarks.TrainingSpeed "$work" "$batch")
mkdir -p "$work"
[ -f "$work/captions.txt" ] || "$python" "$here/make_models.py" "$work" "$tokenizers" "$captions"
if [ -n "${MEMORY_STEPS:-}" ]; then
  "${ours[@]}" "$MEMORY_STEPS" "$threads" "${PRECISION:-float32}" memory
  exit
fi
: > "$work/results.jsonl"
for mode in step epoch; do
  for precision in float32 bfloat16; do
    "$python" "$here/transformers_peer.py" "$work" "$batch" "$steps" "$threads" "$precision" "$mode" \
      >> "$work/results.jsonl"
    rm -rf "$work/vectors"
    "${ours[@]}" "$steps" "$threads" "$precision" "$mode" >> "$work/results.jsonl"
  done
done
"$python" "$here/table.py" "$work/results.jsonl"
