#!/bin/sh
# Starts the program, as the container's first process. Under a Supervisor it is a Home Assistant app and reads the app's
# options by itself. In plain Docker it takes a YAML file (CONFIG_FILE, or the one below where it is mounted), else the
# environment.
# Words behind the image's name are a command for the program: probe 192.168.1.42

mounted_file=/config/aps2mqtt.yaml
stopping=
program=

# From here on a stop is heard, also before the program can hear one itself. It is no fault, so it ends with 0.
# shellcheck disable=SC2317 # the trap calls it
stop() {
    stopping=yes
    if [ -n "${program}" ]; then
        kill -TERM "${program}"
    fi
}
trap stop TERM INT

# -e: Docker mounts a folder where the file does not exist on the host, and the program says so.
if [ -z "${SUPERVISOR_TOKEN:-}" ] && [ -z "${CONFIG_FILE:-}" ] && [ -e "${mounted_file}" ]; then
    export CONFIG_FILE="${mounted_file}"
fi

# Version 3.0 had its own init before run.sh, and took the command behind this script's name.
if [ "${1:-}" = /run.sh ]; then
    shift
fi

# A small nursery and no compilers: half the memory, for a program that works for 20 ms every 5 minutes.
set -- --max-semi-space-size=1 --no-opt --no-maglev --no-sparkplug /app/aps2mqtt.js "$@"
if [ $# -gt 5 ]; then
    exec node "$@"
fi

node "$@" &
program=$!
if [ -n "${stopping}" ]; then
    kill -TERM "${program}"
fi
# A signal ends the wait, but not yet the program. The shell's own word on how it ended has no place in the log.
while
    wait "${program}" 2>/dev/null
    code=$?
    kill -0 "${program}" 2>/dev/null
do
    :
done

if [ -n "${stopping}" ] && [ "${code}" -gt 128 ]; then
    exit 0
fi
exit "${code}"
