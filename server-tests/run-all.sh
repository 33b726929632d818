#!/bin/sh
# Runs the tests of the resource adapter in each application server, one after the other, and says what came of it.
#
#   server-tests/run-all.sh [Maven options]
#   SERVERS="wildfly openliberty" server-tests/run-all.sh
#
# Ends with 0 if the tests of each server were run and none failed. Logs and reports are in server-tests/target/servers-run.
set -u
cd "$(dirname "$0")/.." || exit 2
results=server-tests/target/servers-run
reports=server-tests/target/quick/failsafe-reports
rm -rf "$results"
mkdir -p "$results"

# number FILE ELEMENT: the number in that element of failsafe's summary
number() {
  sed -n "s:.*<$2>\([0-9]*\)</$2>.*:\1:p" "$1"
}

status=0
table=$(printf '%-12s %6s %8s %7s %8s %7s  %s' server tests failures errors skipped seconds result)
for server in ${SERVERS:-glassfish payara wildfly openliberty}; do
  echo "$server: see $results/$server.log"
  rm -rf "$reports"
  began=$(date +%s)
  mvn -B -ntp verify -pl server-tests -am -Dquick -DserversOnly "-P$server" "$@" >"$results/$server.log" 2>&1
  built=$?
  seconds=$(($(date +%s) - began))
  summary=$reports/failsafe-summary.xml
  tests=- failures=- errors=- skipped=- result=FAILED
  if [ -f "$summary" ]; then
    tests=$(number "$summary" completed)
    failures=$(number "$summary" failures)
    errors=$(number "$summary" errors)
    skipped=$(number "$summary" skipped)
    cp -r "$reports" "$results/$server-reports"
    if [ "$built" = 0 ] && [ "${tests:-0}" -gt 0 ] && [ "$skipped" = 0 ]; then
      result=passed
    fi
  fi
  [ "$result" = passed ] || status=1
  table="$table
$(printf '%-12s %6s %8s %7s %8s %7s  %s' "$server" "$tests" "$failures" "$errors" "$skipped" "$seconds" "$result")"
done
echo
echo "$table"
exit $status
