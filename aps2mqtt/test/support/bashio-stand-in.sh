#!/usr/bin/env bash
# The few functions of bashio that run.sh calls, for machines without bashio. Sources the script that it is given, under
# the same shell options as bashio.
set -o errexit -o errtrace -o nounset -o pipefail

declare -A numbers=([fatal]=1 [error]=2 [warning]=3 [notice]=4 [info]=5 [debug]=6 [trace]=7)
threshold=5

# Knows the one filter that run.sh asks for.
bashio::jq() {
    local text
    text=$(<"$1") || return 2
    [[ "${text}" == \{*\} ]] || return 4
    if [[ "${text}" =~ \"log_level\":\ *\"([a-z]+)\" ]]; then
        echo "${BASH_REMATCH[1]}"
    else
        echo info
    fi
}

bashio::log.level() {
    threshold=${numbers[$1]:?unknown log level}
}

bashio::log.info() {
    [[ "${threshold}" -lt 5 ]] || echo "[stand-in] INFO: $*"
}

script=$1
shift
# shellcheck source=/dev/null
source "${script}" "$@"
