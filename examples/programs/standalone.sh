#!/usr/bin/env bash
# The five programs in a Maven project of their own, outside this build, as a user has them: the
# libraries come from a repository that this build installs into. Runs each program on each Java;
# fails if one fails or writes to its standard error.
# usage: examples/programs/standalone.sh [WORK [JAVA_HOME…]]   (default: a temporary folder, this Java)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
work=${1:-$(mktemp -d)}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- "${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}"
mvn=(mvn -B -ntp -q)
version=$(sed -n 's|^  <version>\(.*\)</version>$|\1|p' "$root/close-bom/pom.xml" | head -1)

"${mvn[@]}" -f "$root/pom.xml" -DskipTests -Dmaven.javadoc.skip -Dmaven.source.skip \
  -Dspotless.check.skip -DaltDeploymentRepository="local::file://$work/repository" deploy

mkdir -p "$work/src/main"
cp -r "$here/src/main/java" "$work/src/main/"
cat > "$work/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.example</groupId>
  <artifactId>captions</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.release>17</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <repositories>
    <repository>
      <id>built</id>
      <url>file://$work/repository</url>
      <snapshots><enabled>true</enabled><updatePolicy>always</updatePolicy></snapshots>
    </repository>
  </repositories>
  <dependencies>
    <dependency>
      <groupId>io.github.close4j</groupId>
      <artifactId>close-training</artifactId>
      <version>$version</version>
    </dependency>
  </dependencies>
  <build>
    <plugins>
      <plugin>
        <artifactId>maven-compiler-plugin</artifactId>
        <version>3.14.1</version>
      </plugin>
      <plugin>
        <artifactId>maven-dependency-plugin</artifactId>
        <version>3.8.1</version>
      </plugin>
    </plugins>
  </build>
</project>
POM
(cd "$work" && "${mvn[@]}" -U compile dependency:copy-dependencies -DincludeScope=runtime)

model=$root/examples/cli/src/main/resources/io/github/close4j/examples/world/scenes
scenes=$work/scenes
[ -d "$scenes" ] || java -jar "$root/examples/cli/target/close-cli.jar" \
  scenes pictures --count 4 --output "$scenes" > "$work/scenes.log"
photo=$(ls "$scenes"/*.png | head -1)
sed -n 's/.*"image": *"\([^"]*\)".*"captions": *\["\([^"]*\)".*/\1\t\2/p' "$scenes/captions.jsonl" \
  | sed "s|^|$scenes/|" > "$work/pairs.tsv"
cut -f 2 "$work/pairs.tsv" > "$work/captions.txt"

status=0
run() {
  local java=$1 program=$2
  shift 2
  "$java/bin/java" --enable-native-access=ALL-UNNAMED \
    -cp "$work/target/classes:$work/target/dependency/*" \
    "io.github.close4j.programs.$program" "$@" > "$work/out" 2> "$work/err" || status=1
  if [ -s "$work/err" ]; then
    status=1
    sed 's/^/  standard error: /' "$work/err"
  fi
  echo "$program: $(tr '\n' ';' < "$work/out")"
}
for java in "$@"; do
  "$java/bin/java" -version 2>&1 | head -1
  rm -rf "$work/own" "$work/trained" "$work/adapter.safetensors"
  run "$java" CaptionPhoto "$model" "$photo"
  run "$java" AskQuestion "$model" "$photo" "what colour is it?"
  run "$java" FitAdapter "$model" "$work/pairs.tsv" "$work/adapter.safetensors"
  run "$java" OwnAdapter "$model" "$work/captions.txt" "$work/own"
  run "$java" TrainCaptioner "$model" "$work/captions.txt" "$work/trained" "$photo"
done
[ $status = 0 ] && echo "all quiet"
exit $status
