#!/usr/bin/env bash
# Builds what is needed and runs the load driver: benchmarks/run.sh --help
# MVN="mvn -o" builds without a network; JAVA_HOME says which JDK is measured.
set -euo pipefail
cd "$(dirname "$0")/.."
${MVN:-mvn} -q -Dquick -pl benchmarks -am package -DskipTests
code=$(git describe --always --dirty 2>/dev/null || echo unknown)
cd benchmarks
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
exec "$java" -Dpeeklock.benchmarks.code="$code" \
  -cp "target/quick/classes:$(cat target/quick/classpath.txt)" io.peeklock.benchmarks.Benchmarks "$@"
