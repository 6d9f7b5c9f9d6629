#!/usr/bin/env bash
# Builds the image with a real container engine, and tries what only a container shows: what is in the log, stops at any
# moment, other users, a read-only root, mounts that are not there. Nothing leaves this machine but the build's downloads.
#
#   rehearse.sh                        with the Docker that is running here
#   rehearse.sh --own-docker           with a dockerd of its own, as root (Debian: docker.io), which it ends again
#   ENGINE=podman rehearse.sh          with that engine
#   ENGINE=buildah rehearse.sh         builds only, which is all that buildah can
#
# It builds on the real base image where that can be fetched, else on a stand-in (base.sh says what it needs).
# Exit code 77: it can't run here, and the words say why. Else 1 where something failed.
# shellcheck disable=SC2317 # the trap and yes_if call functions by their names
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
app=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
engine=${ENGINE:-docker}
image=aps2mqtt-rehearsal
base=ghcr.io/home-assistant/base:3.24
containers=()
own_words=()
failed=0

finish() {
  if ((${#containers[@]} > 0)); then
    "$engine" rm --force --volumes "${containers[@]}" >/dev/null 2>&1 || true
    "$engine" volume rm --force "${containers[@]/#/rehearsal-}" >/dev/null 2>&1 || true
  fi
  if [[ -n ${daemon:-} ]]; then
    kill "$daemon"
    wait "$daemon" || true
  fi
  rm -rf "$work"
}
trap finish EXIT

cannot() {
  echo "The container can't be rehearsed: $1" >&2
  exit 77
}

if [[ ${1:-} == --own-docker ]]; then
  command -v dockerd >/dev/null || cannot 'dockerd is not installed (Debian: docker.io)'
  export DOCKER_HOST=unix://$work/socket
  # No bridge and no packet filter: the containers below need nothing but loopback.
  dockerd --data-root "$work/data" --exec-root "$work/exec" --pidfile "$work/pid" --host "$DOCKER_HOST" \
    --bridge=none --iptables=false --ip6tables=false --ip-forward=false >"$work/dockerd.log" 2>&1 &
  daemon=$!
  for _ in {1..100}; do
    ! docker info >/dev/null 2>&1 || break
    sleep 0.2
  done
fi
command -v "$engine" >/dev/null || cannot "$engine is not installed"
"$engine" info >/dev/null 2>&1 || cannot "$engine does not answer"

build() {
  if [[ $engine == buildah ]]; then
    buildah bud --network host --tag "$@"
  else
    "$engine" build --network host --tag "$@"
  fi
}

if ! "$engine" pull "$base" >/dev/null 2>&1; then
  "$here/base.sh" "$work"
  base=localhost/aps2mqtt-stand-in
  build "$base" "$work" >"$work/out" 2>&1 || cannot "the stand-in can't be built: $(tail -n 3 "$work/out")"
fi
version=$("$engine" version --format '{{.Server.Version}}' 2>/dev/null || "$engine" --version)
echo "$engine $version, on $base"

yes_if() {
  if "$@" >/dev/null 2>&1; then echo yes; else echo no; fi
}

tell() { # what, and whether it is so
  if [[ $2 == yes ]]; then
    echo "ok    $1"
  else
    echo "FAIL  $1"
    [[ ! -s $work/out ]] || sed 's/^/      | /' "$work/out"
    failed=1
  fi
}

builds() { build "$image" --file "$work/rehearsed" "$app" >"$work/out" 2>&1; }
sed "s|^FROM [^ ]*|FROM $base|" "$app/Dockerfile" >"$work/rehearsed"
tell 'builds' "$(yes_if builds)"
if [[ $engine == buildah || $failed == 1 ]]; then
  exit "$failed"
fi

# podman would raise the limits, which it may not do everywhere.
[[ $engine != podman ]] || own_words=(--ulimit nofile=1024:1024 --ulimit nproc=256:256)

start() { # a name, then the engine's words
  local name=$1
  shift
  containers+=("$name")
  "$engine" run --name "$name" "${own_words[@]}" "$@"
}
# Its own loopback and no other network.
run() {
  start "$1" --network none "${@:2}"
}
code_of() { "$engine" inspect --format '{{.State.ExitCode}}' "$1"; }
read_log() { "$engine" logs "$1" >"$work/out" 2>&1; }
has_line() { read_log "$1" && grep -q "$2" "$work/out"; }
soon() {
  for _ in {1..100}; do
    if "$@"; then return 0; fi
    sleep 0.1
  done
  return 1
}
only_ours() {
  read_log "$1"
  ! grep -qvE '^\[[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}\] (DEBUG|INFO|WARN|ERROR|FATAL): ' "$work/out"
}
stops_well() {
  "$engine" stop "$1" >/dev/null
  read_log "$1"
  [[ $(code_of "$1") == 0 ]]
}
# By hand: podman does not keep the HEALTHCHECK, and Docker's first look comes later.
is_healthy() {
  local words
  mapfile -t words < <(sed -n '/^HEALTHCHECK/,/^$/s/.*CMD //p' "$app/Dockerfile" |
    node -p 'JSON.parse(require("fs").readFileSync(0, "utf8")).join("\n")')
  "$engine" exec "$1" "${words[@]}"
}

own_version=$(node -p 'require(process.argv[1]).version' "$app/package.json")
run version "$image" --version >"$work/out" 2>&1 || true
tell 'a command says what it has to say and nothing else' "$(yes_if test "$(cat "$work/out")" = "$own_version")"

environment=(--env APS_ECU_IP=127.0.0.1 --env MQTT_BROKER_HOST=127.0.0.1)

run plain --detach "${environment[@]}" "$image" >/dev/null
tell 'starts' "$(yes_if soon has_line plain 'No ECU found')"
tell 'is healthy' "$(yes_if is_healthy plain)"
before=$(date +%s%N)
tell 'a stop ends it with 0' "$(yes_if stops_well plain)"
echo "      and takes $((($(date +%s%N) - before) / 1000000)) ms"
tell 'its log has our lines and no others' "$(yes_if only_ours plain)"

for wait in 0 0.02 0.05 0.1 0.15 0.2 0.3 0.5; do
  run "early$wait" --detach "${environment[@]}" "$image" >/dev/null
  sleep "$wait"
  tell "a stop $wait s after the start ends it with 0" "$(yes_if stops_well "early$wait")"
  tell 'and leaves our lines and no others' "$(yes_if only_ours "early$wait")"
done

# Docker makes a folder where the host has no such file; podman refuses.
[[ $engine == docker ]] || mkdir "$work/no-such-file.yaml"
run folder --volume "$work/no-such-file.yaml:/config/aps2mqtt.yaml" "$image" >/dev/null 2>&1 || true
tell 'a mounted file that is not there is named' "$(yes_if has_line folder 'aps2mqtt.yaml.*folder')"
tell 'wrong options end it with 1' "$(yes_if test "$(code_of folder)" = 1)"
tell 'wrong options are told with time and level' "$(yes_if only_ours folder)"

printf 'ecus:\n  - host: 127.0.0.1\nmqtt:\n  host: 127.0.0.1\nlog_level: debug\n' >"$work/aps2mqtt.yaml"
chmod 0644 "$work/aps2mqtt.yaml"
run file --detach --volume "$work/aps2mqtt.yaml:/config/aps2mqtt.yaml:ro" "$image" >/dev/null
tell 'a mounted file is read' "$(yes_if soon has_line file DEBUG)"

mkdir "$work/app"
printf '{"ecus":[{"host":"127.0.0.1"}],"mqtt":{"host":"127.0.0.1"}}' >"$work/app/options.json"
chmod 0600 "$work/app/options.json"
run app --detach --env SUPERVISOR_TOKEN=a-token --volume "$work/app:/data" "$image" >/dev/null
tell "as an app it reads the Supervisor's options" "$(yes_if soon has_line app 'No ECU found')"
tell 'as an app its log has our lines and no others' "$(yes_if only_ours app)"
tell 'as an app it stops with 0' "$(yes_if stops_well app)"

run zone --env TZ=Asia/Tokyo --env SUPERVISOR_TOKEN=a-token --env APS_OPTIONS_FILE=/none --env LANG=C "$image" >/dev/null 2>&1 || true
tell 'the log has the time of the zone that is set' "$(yes_if has_line zone "$(TZ=Asia/Tokyo date '+%Y-%m-%d %H')")"

run ecu --detach "$image" simulate >/dev/null
tell 'plays an ECU' "$(yes_if soon has_line ecu 8899)"

# Beside that ECU, with the state in a new volume.
keeps_state() { "$engine" exec "$1" test -s /data/state.json 2>/dev/null; }
beside() { # what, name, the engine's words
  local what=$1 name=$2
  shift 2
  start "$name" --network container:ecu --detach --volume "rehearsal-$name:/data" "${environment[@]}" "$@" "$image" \
    >/dev/null 2>&1 || true
  tell "$what: finds the ECU" "$(yes_if soon has_line "$name" Found)"
  tell "$what: keeps its state" "$(yes_if soon keeps_state "$name")"
  tell "$what: stops with 0" "$(yes_if stops_well "$name")"
  tell "$what: has our lines and no others" "$(yes_if only_ours "$name")"
}
beside 'as root' root
beside 'as user 1000' user --user 1000:1000
beside 'with a read-only root' hardened --read-only --tmpfs /tmp
beside 'with a read-only root and no rights at all' bare --read-only --tmpfs /tmp --user 1000:1000 \
  --cap-drop ALL --security-opt no-new-privileges
exit "$failed"
