#!/usr/bin/env bash
# Full-size CLIP ViT-L/14 + T5-base with seeded random weights: ours beside transformers, one
# process after the other on the same machine, same threads, same photographs, beam 5, 20 tokens.
# usage: benchmarks/full-size/run.sh WORK PHOTOS TOKENIZERS PYTHON   (after mvn package)
# SETTINGS="BATCH:ROUNDS …" and THREADS in the environment change what is measured.
# PYTHON has torch, transformers and pillow; WORK takes about 5 GB. OPTIMUM_PYTHON, with optimum and
# onnxruntime beside them, adds Optimum's classes (2 GB more).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$1 photos=$2 tokenizers=$3 python=$4
threads=${THREADS:-$(nproc)}
cli=$here/../../examples/cli/target
classpath="$here/../target/classes:$cli/close-cli.jar:$cli/lib/*"
mkdir -p "$work"
[ -f "$work/state-ep8.pth" ] || "$python" "$here/make_models.py" "$work" "$tokenizers"
[ -d "$work/model" ] || java -Xmx4g -jar "$cli/close-cli.jar" import \
  --model-json "$work/model.json" --state "$work/state-ep8.pth" --clip "$work/clip" \
  --t5 "$work/t5" --output "$work/model"
[ -z "${OPTIMUM_PYTHON:-}" ] || [ -d "$work/optimum/t5" ] \
  || "$OPTIMUM_PYTHON" "$here/export_optimum.py" "$work"
: > "$work/results.jsonl"
for setting in ${SETTINGS:-1:12 16:3}; do
  IFS=: read -r batch rounds <<< "$setting"
  "$python" "$here/transformers_peer.py" "$work" "$photos" "$batch" "$rounds" "$threads" \
    >> "$work/results.jsonl"
  [ -z "${OPTIMUM_PYTHON:-}" ] || "$OPTIMUM_PYTHON" "$here/optimum_peer.py" \
    "$work" "$photos" "$batch" "$rounds" "$threads" >> "$work/results.jsonl"
  for variant in float32 unpacked int8; do
    java -Xmx1g -cp "$classpath" io.github.close4j.benchmarks.FullSizeCaptioning \
      "$work/model" "$photos" "$batch" "$rounds" "$threads" "$variant" >> "$work/results.jsonl"
  done
done
java -cp "$classpath" io.github.close4j.benchmarks.FullSizeTable "$work/results.jsonl"
