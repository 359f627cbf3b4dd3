#!/usr/bin/env bash
# Counts of the three libraries: public types and methods, files, lines, and the files entered on
# the way from a picture to its caption and from a caption file to weights. A minute.
# usage: benchmarks/house.sh [FOLDER [--class-path PATH --walks CLASS]]   (after mvn package)
#        benchmarks/house.sh --write-surface   writes public-api.txt of each library anew
#   FOLDER        another checkout, built (default: this one); then PATH names its classes and CLASS
#                 a HouseWalks written against it
# JAVA names another Java than the PATH's.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cli=$here/../examples/cli/target
[ $# -eq 0 ] || [ "$1" = --write-surface ] && set -- "$here/.." "$@"
exec "${JAVA:-java}" -cp \
  "$here/target/classes:$here/target/lib/*:$cli/close-cli.jar:$cli/lib/*" \
  io.github.close4j.benchmarks.HouseCounts "$@"
