#!/usr/bin/env bash
# Runs the tests of CUDA placement against ONNX Runtime's CUDA provider itself, on a machine without a
# GPU: its own libraries of Maven Central over a driver that computes nothing (driver.c).
# usage: close-onnx/src/test/cuda/dry-run.sh [WORK]    from the project's root; Linux x86-64, gcc, nm
# Downloads com.microsoft.onnxruntime:onnxruntime_gpu (742 MB) into the local Maven repository.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=${1:-$(mktemp -d)}
version=$(sed -n 's/.*<onnxruntime.version>\(.*\)<.*/\1/p' pom.xml)
natives=$work/ai/onnxruntime/native/linux-x64
driver=$work/driver
mkdir -p "$driver"

mvn -q -B -ntp org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
  -Dartifact="com.microsoft.onnxruntime:onnxruntime_gpu:$version:jar" \
  -DoutputDirectory="$work" -Dmdep.useBaseVersion=true
unzip -q -o "$work/onnxruntime_gpu-$version.jar" 'ai/onnxruntime/native/linux-x64/*' -d "$work"
provider=$natives/libonnxruntime_providers_cuda.so

wanted() { # LIBRARY: the names that the provider takes from it
  case $1 in
    libcudnn.so.9) strings -n 6 "$provider" | grep -E '^cudnn[A-Z][A-Za-z0-9_]*$' | sort -u ;;
    *) nm -D --undefined-only "$provider" | sed -n "s/.* U \(.*\)@$1/\1/p" ;;
  esac
}

library() { # FILE MACRO
  local source=$driver/$1.c
  cp "$here/driver.c" "$source"
  wanted "$1" | while read -r name; do
    grep -q "[ *]$name(" "$here/driver.c" || echo "int $name() { return 0; }"
  done >> "$source"
  echo "$1 { global: *; };" > "$driver/$1.map"
  gcc -w -O1 -shared -fPIC -D"$2" -Wl,-soname,"$1" -Wl,--version-script="$driver/$1.map" \
    -o "$driver/$1" "$source"
}

library libcudart.so.12 LIBRARY_CUDART
library libcublas.so.12 LIBRARY_CUBLAS
library libcublasLt.so.12 LIBRARY_CUBLASLT
library libcudnn.so.9 LIBRARY_CUDNN
library libcurand.so.10 LIBRARY_CURAND
library libcuda.so.1 LIBRARY_CUDA

CUDA_DRY_RUN_LOG=$work/copies.log LD_LIBRARY_PATH=$driver \
  JAVA_TOOL_OPTIONS=-Donnxruntime.native.path=$natives \
  mvn -B -ntp -pl close-onnx -am -Dmaven.javadoc.skip=true -Dtest='CudaPlacementTest,CudaCopiesTest' \
  -Dsurefire.failIfNoSpecifiedTests=false test
