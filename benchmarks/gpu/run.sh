#!/usr/bin/env bash
# The captioner and the training on a GPU beside PyTorch and transformers: the same seeded random
# CLIP ViT-L/14 and T5-base, the same pictures, 20 tokens each, everything on one card in one run.
# usage: benchmarks/gpu/run.sh WORK PHOTOS TOKENIZERS CAPTIONS PYTHON [OPTIONS]   (after mvn package)
#   WORK        folder for models (10 GB) and WORK/results
#   PHOTOS      folder of JPEG files    TOKENIZERS  holds clip-vit-l14/ and t5/ with tokenizer.json
#   CAPTIONS    COCO's captions_val2014.json.gz
#   PYTHON      has torch, transformers, pillow and numpy
#   --device cuda|cpu        cpu tries the script out and measures nothing (default cuda)
#   --size full|small|tiny   of the models (default full)
#   --only STEP,STEP,…       some of the steps, in this order:
#     models rates ids ours-float32 ours-float16 eager compiled static static-kept stepping
#     placement memory training table
# A step that is broken off goes on, when it is started again, with the settings that it lacks; a
# step that has its results does nothing. Remove a file of WORK/results to measure it again.
# In the environment: BATCHES, MEMORY_BATCH, PICTURES, SECONDS_EACH and ROUNDS (at least so many of
# both are measured), COMPILE=yes|no, STEPS of training, JAVA, JAVA_OPTIONS; on a machine without the
# Maven build, JARS: a folder of its jars (pack.sh), ORT_NATIVES: a folder of ONNX Runtime's libraries,
# TORCH_NATIVES: a folder with org/bytedeco/pytorch/linux-x86_64-gpu/ and libtorch's libraries in it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 5 ] || { sed -n '2,22s/^# \{0,1\}//p' "$0" >&2; exit 2; }
work=$1 photos=$2 tokenizers=$3 captions=$4 python=$5
shift 5
device=cuda size=full
steps=models,rates,ids,ours-float32,ours-float16,eager,compiled,static,static-kept
steps=$steps,stepping,placement,memory,training,table
while [ $# -gt 0 ]; do
  case $1 in
    --device) device=$2 ;;
    --size) size=$2 ;;
    --only) steps=$2 ;;
    *) echo "unknown option $1" >&2; exit 2 ;;
  esac
  shift 2
done
if [ "$device" = cuda ]; then
  batches=${BATCHES:-1,64,8,256} pictures=${PICTURES:-256} seconds=${SECONDS_EACH:-4}
  rounds=${ROUNDS:-10} compile=${COMPILE:-yes} training_steps=${STEPS:-60} training_batch=128
else
  batches=${BATCHES:-1,3} pictures=${PICTURES:-6} seconds=${SECONDS_EACH:-0}
  rounds=${ROUNDS:-2} compile=${COMPILE:-no} training_steps=${STEPS:-5} training_batch=4
  export OMP_NUM_THREADS=1 # a machine that does other work too is slow with more
fi
command="benchmarks/gpu/run.sh WORK PHOTOS TOKENIZERS CAPTIONS PYTHON --device $device --size $size"
training_size=base
[ "$size" = full ] || training_size=tiny
results=$work/results
mkdir -p "$results"
export PYTHONUNBUFFERED=1 TRANSFORMERS_VERBOSITY=error HF_HUB_OFFLINE=1

cli=$here/../../examples/cli/target
classpath="$here/../target/classes:$cli/close-cli.jar:$cli/lib/*"
[ -z "${JARS:-}" ] || classpath="$JARS/*"
[ -z "${TORCH_NATIVES:-}" ] || classpath="$TORCH_NATIVES:$classpath"
java=("${JAVA:-java}" -Xmx16g -Djava.awt.headless=true)
if [ -n "${ORT_NATIVES:-}" ]; then
  # CUDA's and cuDNN's libraries are those that came with PYTHON's torch, if they did.
  libraries=$("$python" -c 'import glob, site
print(":".join(sorted({p.rsplit("/", 1)[0] for d in site.getsitepackages()
                       for p in glob.glob(d + "/nvidia/**/lib*.so*", recursive=True)})))')
  java=(env "LD_LIBRARY_PATH=$libraries:${LD_LIBRARY_PATH:-}" "${java[@]}"
    "-Donnxruntime.native.path=$ORT_NATIVES")
fi
# shellcheck disable=SC2206
java+=(${JAVA_OPTIONS:-} -cp "$classpath")

ours() { # PROGRAM PRECISION DEVICE OUT BATCHES [OPTION …]
  "${java[@]}" "io.github.close4j.benchmarks.$1" --model "$work/model" \
    --pictures "$work/pictures" --pixels "$work/pixels.f32" --precision "$2" --device "${3^^}" \
    --out "$results/$4.jsonl" --batches "$5" --seconds "$seconds" --rounds "$rounds" "${@:6}"
}
peer() { # SYSTEM PRECISION OUT [OPTION …]
  "$python" "$here/peer.py" "$work" "$1" "$results/$3.jsonl" --device "$device" --precision "$2" \
    --batches "$batches" --seconds "$seconds" --rounds "$rounds" --compile "$compile" "${@:4}"
}
# Keeps what a command prints once it has ended well.
keep() { # FILE COMMAND …
  [ -s "$results/$1" ] || { "${@:2}" > "$results/$1.part" && mv "$results/$1.part" "$results/$1"; }
}
at_rest() { # WHEN: the GPU's memory while none of ours runs
  local used=null
  [ "$device" = cpu ] \
    || used=$(nvidia-smi -i 0 --query-gpu=memory.used --format=csv,noheader,nounits)
  echo "{\"when\": \"$1\", \"gpuMegabytes\": $used}"
}

models() {
  [ -f "$work/state-ep8.pth" ] \
    || "$python" "$here/../full-size/make_models.py" "$work" "$tokenizers" "$size"
  [ -d "$work/model" ] || "${java[@]}" io.github.close4j.examples.cli.Main import \
    --model-json "$work/model.json" --state "$work/state-ep8.pth" --clip "$work/clip" \
    --t5 "$work/t5" --output "$work/model"
  [ -d "$work/pictures" ] || "$python" "$here/pictures.py" "$photos" "$work/pictures" "$pictures"
  [ -f "$work/pixels.f32" ] || "${java[@]}" io.github.close4j.benchmarks.PixelFile \
    "$work/model" "$work/pictures" "$work/pixels.f32"
}
ids() {
  ours GpuIds FLOAT32 cpu ids-cpu-float32 32
  ours GpuIds FLOAT32 "$device" ids-float32 64
  ours GpuIds FLOAT16 "$device" ids-float16 64
  peer eager float32 ids-peer-float32 --ids
  peer eager float16 ids-peer-float16 --ids
}
compiled_peer() { # SYSTEM
  if [ "$1" = compiled ] && [ "$compile" = no ]; then
    echo "compiled: not run: no GPU" >&2
  else
    peer "$1" float16 "$1"
  fi
}
stepping() {
  for precision in FLOAT32 FLOAT16; do
    ours GpuStepping $precision "$device" "stepping-${precision,,}" "${batches%,256}"
  done
}
placement() {
  for precision in FLOAT32 FLOAT16; do
    ours GpuPlacement $precision "$device" "placement-${precision,,}" 4
  done
}
memory() {
  [ -s "$results/memory.jsonl" ] && return
  local part=$results/memory-part.jsonl
  at_rest "no process" > "$part"
  ours GpuMemory FLOAT16 "$device" memory-part "${MEMORY_BATCH:-${batches##*,}}" --decodings BEAM
  at_rest "process ended" >> "$part"
  mv "$part" "$results/memory.jsonl"
}
training() {
  local folder=$work/training threads on=()
  threads=$(nproc)
  [ "$device" = cpu ] || on=(cuda)
  mkdir -p "$folder"
  [ -f "$folder/captions.txt" ] || "$python" "$here/../training/make_models.py" "$folder" \
    "$tokenizers" "$captions" $training_size
  keep training-peer.jsonl "$python" "$here/../training/transformers_peer.py" "$folder" \
    $training_batch "$training_steps" "$threads" bfloat16 step "${on[@]}"
  keep training-ours.jsonl "${java[@]}" io.github.close4j.benchmarks.TrainingSpeed "$folder" \
    $training_batch "$training_steps" "$threads" bfloat16 step "${on[@]}"
}

for step in ${steps//,/ }; do
  begun=$SECONDS
  case $step in
    models | ids | stepping | placement | memory | training) "$step" ;;
    rates) keep rates.json "$python" "$here/rates.py" "$device" ;;
    ours-float32 | ours-float16)
      precision=${step#ours-}
      ours GpuCaptioning "${precision^^}" "$device" "$step" "$batches" ;;
    eager | compiled | static | static-kept) compiled_peer "$step" ;;
    table)
      "$python" "$here/table.py" "$results" "$size" "$command" > "$results/table.md"
      cat "$results/table.md" ;;
    *) echo "unknown step $step" >&2; exit 2 ;;
  esac
  echo "$step: $((SECONDS - begun)) s" | tee -a "$results/seconds.txt" >&2
done
