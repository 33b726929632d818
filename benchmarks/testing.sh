#!/usr/bin/env bash
# Builds what is needed and measures what a broker of its own costs a test; writes benchmarks/RESULTS-TESTING.md.
# MVN="mvn -o" builds without a network; JAVA_HOME says which JDK is measured.
set -euo pipefail
cd "$(dirname "$0")/.."
${MVN:-mvn} -q -Dquick -pl benchmarks -am package -DskipTests
code=$(git describe --always --dirty 2>/dev/null || echo unknown)
cd benchmarks
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
exec "$java" -Dpeeklock.benchmarks.code="$code" \
  -cp "target/quick/classes:$(cat target/quick/classpath.txt)" io.peeklock.benchmarks.testing.TestBrokers RESULTS-TESTING.md
