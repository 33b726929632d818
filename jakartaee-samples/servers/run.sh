#!/usr/bin/env bash
# Runs a sample in an application server: builds, starts the server on an empty directory, deploys the adapter and the samples, prints
# what the sample tells, and stops the server.
#
#   jakartaee-samples/servers/run.sh SAMPLE [SERVER]
#
# SAMPLE: peek-lock, xa-transfer, deferral, sessions, partition-keys, dead-letters, or all.
# SERVER: glassfish (if none is named), payara, wildfly or openliberty.
#
# PORT=25000   the first of a hundred ports that it may use; WildFly moves its own by as much as puts HTTP on the 80th of them
# BUILD=dir    what has been built, instead of building it
set -euo pipefail

samples=(peek-lock xa-transfer deferral sessions partition-keys dead-letters)
sample=${1:-}
server=${2:-glassfish}
port=${PORT:-25000}
http=$((port + 80))
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
configuration=$root/resource-adapter/src/main/servers

usage() { sed -n '2,13s/^# \{0,1\}//p' "$0" >&2; exit 1; }
case $sample in all) ;; *) [[ " ${samples[*]} " == *" $sample "* ]] && [ -n "$sample" ] && samples=("$sample") || usage ;; esac
case $server in glassfish | payara | wildfly | openliberty) ;; *) usage ;; esac

if [ -z "${BUILD:-}" ]; then
  BUILD=$here/target/quick
  (cd "$root" && mvn -B -ntp -q -Dquick -DskipTests -Dserver="$server" -pl jakartaee-samples/servers -am package)
fi
home=$(echo "$BUILD/$server"/*)
work=$BUILD/work
rm -rf "$work"
mkdir -p "$work"
url="peeklock:file:$work/bus?configFile=$here/src/main/servers/Config.json"
export JAVA_HOME=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")}

# ---- GlassFish, Payara

asadmin() { AS_JAVA=$JAVA_HOME "$home/glassfish/bin/asadmin" --port $((port + 48)) --interactive=false "$@"; }

start_glassfish() {
  asadmin create-domain --nopassword=true --portbase "$port" --domaindir "$work/domains" samples
  asadmin start-domain --domaindir "$work/domains" samples
  asadmin create-system-properties "peeklock.url=$(sed 's/[:=]/\\&/g' <<< "$url")"
  asadmin multimode --file "$configuration/glassfish/peeklock.asadmin"
  asadmin deploy --name peeklock "$BUILD/peeklock-ra.rar"
  asadmin multimode --file "$configuration/glassfish/peeklock-resources.asadmin"
  asadmin deploy --name samples --contextroot samples "$BUILD/samples.war"
  # multimode tells so only. By cat, since what this writes is in that file too.
  if cat "$work/start.log" | grep -q "^Command .* failed"; then return 1; fi
}

stop_glassfish() { asadmin stop-domain --domaindir "$work/domains" samples; }

# ---- WildFly

jboss_cli() { JAVA_OPTS="-Djboss.server.base.dir=$work/standalone" "$home/bin/jboss-cli.sh" "$@"; }

start_wildfly() {
  mkdir "$work/standalone"
  cp -r "$home/standalone/configuration" "$home/standalone/deployments" "$work/standalone"
  {
    echo "embed-server --server-config=standalone-full.xml"
    cat "$configuration/wildfly/peeklock.cli"
    echo "deploy $BUILD/peeklock-ra.rar --name=peeklock.rar --runtime-name=peeklock.rar"
    echo "deploy $BUILD/samples.war"
    echo "stop-embedded-server"
  } > "$work/set-up.cli"
  jboss_cli --file="$work/set-up.cli"
  LAUNCH_JBOSS_IN_BACKGROUND=true JBOSS_PIDFILE=$work/pid "$home/bin/standalone.sh" --server-config=standalone-full.xml \
    "-Djboss.server.base.dir=$work/standalone" "-Djboss.socket.binding.port-offset=$((http - 8080))" "-Djboss.tx.node.id=samples" \
    "-Dpeeklock.url=$url" > "$work/console.log" 2>&1 &
}

stop_wildfly() { jboss_cli --connect --controller=localhost:$((9990 + http - 8080)) ":shutdown"; }

# ---- Open Liberty

liberty() { WLP_USER_DIR=$work/usr "$home/bin/server" "$@"; }

start_openliberty() {
  local directory=$work/usr/servers/samples
  mkdir -p "$directory/configDropins/overrides" "$directory/database"
  (cd "$work" && "$JAVA_HOME/bin/jar" xf "$BUILD/samples.war" WEB-INF/lib)
  cp "$work"/WEB-INF/lib/h2-*.jar "$directory/database"
  cp "$configuration/openliberty/server.xml" "$BUILD/peeklock-ra.rar" "$BUILD/samples.war" "$directory"
  sed -e "s|@PORT@|$http|" -e "s|@URL@|$url|" "$here/src/main/servers/openliberty-samples.xml" > "$directory/configDropins/overrides/samples.xml"
  liberty start samples
}

stop_openliberty() { liberty stop samples; }

# ---- The samples

case $server in glassfish | payara) kind=glassfish ;; *) kind=$server ;; esac
started=false
finish() {
  $started || cat "$work/start.log" >&2
  "stop_$kind" > "$work/stop.log" 2>&1 || cat "$work/stop.log" >&2
}
trap finish EXIT
echo "Starting $server; its files are in $work"
"start_$kind" > "$work/start.log" 2>&1
started=true
tries=120
until curl --fail --silent --output /dev/null "http://localhost:$http/samples/index.html"; do
  ((--tries)) || { echo "The samples are not deployed: see $work" >&2; exit 1; }
  sleep 1
done
failed=0
for each in "${samples[@]}"; do
  echo "== $each"
  curl --fail-with-body --silent --show-error --max-time 120 "http://localhost:$http/samples/$each" || failed=1
done
exit $failed
