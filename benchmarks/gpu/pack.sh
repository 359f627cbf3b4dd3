#!/usr/bin/env bash
# Packs what run.sh needs on a GPU machine that has no Java and no network, beside this checkout:
# a small Java runtime and the jars, without natives of ONNX Runtime and libtorch for the processor.
# usage: benchmarks/gpu/pack.sh DEST   (after mvn package, on Linux x86-64)
# Leaves pieces of at most 48 MiB each, DEST/java.tar.xz.00 … and, what the step of training needs
# beside it, DEST/training.tar.xz.00 …. There:
#   for pack in java training; do cat DEST/$pack.tar.xz.* | tar xJ -C PLACE; done
#   JAVA=PLACE/java/jre/bin/java JARS=PLACE/java/jars ORT_NATIVES=… TORCH_NATIVES=… run.sh …
# Natives for CUDA 13: org.bytedeco's onnxruntime 1.28.0-1.5.14 and pytorch 2.13.0-1.5.14, classifier
# linux-x86_64-gpu; ONNX Runtime's need libonnxruntime4j_jni.so of its own jar beside them, and their
# libonnxruntime.so.1 under the name libonnxruntime.so.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dest=${1:?usage: pack.sh DEST}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
jars=$work/java/jars
mkdir -p "$dest" "$jars"

java_home=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}
"$java_home/bin/jlink" --no-header-files --no-man-pages --strip-debug --output "$work/java/jre" \
  --add-modules java.desktop,java.logging,java.management,java.net.http,jdk.incubator.vector,jdk.unsupported,jdk.zipfs

cp "$here"/../../examples/cli/target/close-cli.jar "$here"/../../examples/cli/target/lib/*.jar "$jars"
find "$here/../target" -maxdepth 1 -name 'close-benchmarks-*.jar' ! -name '*-sources.jar' \
  ! -name '*-javadoc.jar' -exec cp {} "$jars" \;
rm "$jars"/pytorch-*-linux-x86_64.jar
zip -q -d "$jars"/onnxruntime-*.jar 'ai/onnxruntime/native/*'
zip -q -d "$jars"/tokenizers-*.jar 'native/lib/*aarch64*' 'native/lib/win*'

ship() { # NAME [ARGUMENT OF TAR …]
  rm -f "$dest/$1".tar.xz.*
  tar -C "$work" -c "${@:2}" | xz -T0 -6 | split -b 48m -d - "$dest/$1.tar.xz."
  ls -l "$dest/$1".tar.xz.*
}
ship java --exclude 'openblas-*-linux-x86_64.jar' java
ship training "java/jars/$(basename "$jars"/openblas-*-linux-x86_64.jar)"
