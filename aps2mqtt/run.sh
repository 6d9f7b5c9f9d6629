#!/usr/bin/with-contenv bashio
# shellcheck shell=bash
# Starts the program. Under a Supervisor it is a Home Assistant app and reads the app's options by itself. In plain Docker
# it takes a YAML file (CONFIG_FILE, or the one below where it is mounted), else the environment.
# Words after run.sh are a command for the program: probe 192.168.1.42

mounted_file=/config/aps2mqtt.yaml

if [[ -n "${SUPERVISOR_TOKEN:-}" ]]; then
    # From the file, not from the API: the API's answers would lie in /tmp for good, with every password in them.
    level=$(bashio::jq "${APS_OPTIONS_FILE:-/data/options.json}" '.log_level // "info"' 2>/dev/null) || level=info
    case "${level}" in
        trace | debug | info | notice | warning | error | fatal) bashio::log.level "${level}" ;;
        *) ;; # bashio would end here; the program names every wrong option
    esac
    if [[ $# -eq 0 ]]; then
        bashio::log.info "The container is up, starting the program"
    fi
elif [[ -z "${CONFIG_FILE:-}" && -f "${mounted_file}" ]]; then
    export CONFIG_FILE="${mounted_file}"
fi

# A small nursery and no optimising compilers: half the memory, for a program that works for 20 ms every 5 minutes.
exec node --max-semi-space-size=1 --no-opt --no-maglev /app/aps2mqtt.js "$@"
