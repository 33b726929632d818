#!/usr/bin/env bash
# Builds what is needed and runs the load driver: benchmarks/run.sh --help
# MVN="mvn -o" builds without a network; JAVA_HOME says which JDK is measured.
set -euo pipefail
cd "$(dirname "$0")/.."
${MVN:-mvn} -q -Dquick -pl benchmarks -am package -DskipTests
# The last commit that changed what is measured: a run that is resumed after one to the documents goes on.
measured="pom.xml broker jms-provider journal-store tx benchmarks/pom.xml benchmarks/src"
code=$(git log -1 --format=%h -- $measured 2>/dev/null || echo unknown)
[ -z "$(git status --porcelain -- $measured 2>/dev/null)" ] || code=$code-dirty
cd benchmarks
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
exec "$java" -Dpeeklock.benchmarks.code="$code" \
  -cp "$(echo target/quick/peeklock-benchmarks-*.jar):$(cat target/quick/classpath.txt)" io.peeklock.benchmarks.Benchmarks "$@"
