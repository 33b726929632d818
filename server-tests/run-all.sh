#!/bin/sh
# Runs the tests of the resource adapter, and then the samples, in each application server, one after the other, and says what came of it.
#
#   server-tests/run-all.sh [Maven options]
#   SERVERS="wildfly openliberty" server-tests/run-all.sh
#
# Ends with 0 if the tests and the samples of each server were run and none failed. Logs and reports are in server-tests/target/servers-run.
set -u
cd "$(dirname "$0")/.." || exit 2
results=server-tests/target/servers-run
rm -rf "$results"
mkdir -p "$results"
row='%-12s %-8s %6s %8s %7s %8s  %s'
status=0
# shellcheck disable=SC2059
table=$(printf "$row" server what tests failures errors skipped result)

# number FILE ELEMENT: the number in that element of failsafe's summary
number() {
  sed -n "s:.*<$2>\([0-9]*\)</$2>.*:\1:p" "$1"
}

# tell SERVER WHAT MODULE BUILT: adds a row with what failsafe says of the module
tell() {
  reports=$3/target/quick/failsafe-reports
  summary=$reports/failsafe-summary.xml
  tests=- failures=- errors=- skipped=- result=FAILED
  if [ -f "$summary" ]; then
    tests=$(number "$summary" completed)
    failures=$(number "$summary" failures)
    errors=$(number "$summary" errors)
    skipped=$(number "$summary" skipped)
    cp -r "$reports" "$results/$1-$2"
    if [ "$4" = 0 ] && [ "${tests:-0}" -gt 0 ] && [ "$failures" = 0 ] && [ "$errors" = 0 ] && [ "$skipped" = 0 ]; then
      result=passed
    fi
  fi
  [ "$result" = passed ] || status=1
  # shellcheck disable=SC2059
  table="$table
$(printf "$row" "$1" "$2" "$tests" "$failures" "$errors" "$skipped" "$result")"
}

for server in ${SERVERS:-glassfish payara wildfly openliberty}; do
  echo "$server: see $results/$server-adapter.log and $server-samples.log"
  rm -rf server-tests/target/quick/failsafe-reports jakartaee-samples/servers/target/quick/failsafe-reports
  mvn -B -ntp verify -pl server-tests -am -Dquick -DserversOnly "-P$server" "$@" >"$results/$server-adapter.log" 2>&1
  tell "$server" adapter server-tests $?
  mvn -B -ntp verify -pl jakartaee-samples/servers -am -Dquick -DserversOnly "-Dserver=$server" "$@" >"$results/$server-samples.log" 2>&1
  tell "$server" samples jakartaee-samples/servers $?
done
echo
echo "$table"
exit $status
