# shellcheck shell=sh
# SPDX-License-Identifier: BSD-3-Clause
# Debian packages for scripts, to be sourced: installs what is missing and nothing else.

# Says something to the user. stdout belongs to the program that a script starts.
say() {
    echo "${0##*/}: $*" >&2
}

# Says, once in a script, what sudo is for.
sudo_explain() {
    [ -n "${sudo_explained-}" ] || say "uses sudo $*"
    sudo_explained=yes
}

# Runs a command with its output in a file, which is shown when it fails; until it ends, its last
# line is shown every 5 s.
# Usage: quietly FILE COMMAND...
quietly() {
    log=$1
    shift
    : >"$log"
    while sleep 5 >/dev/null 2>&1; do
        say "... $(tail -n 1 "$log" | cut -c 1-72)"
    done &
    ticker=$!
    code=0
    "$@" >"$log" 2>&1 </dev/null || code=$?
    kill "$ticker"
    wait "$ticker" 2>/dev/null || true
    if [ "$code" -ne 0 ]; then
        cat "$log" >&2
        say "failed, as is said above: $*"
        exit 1
    fi
}

# Prints the packages of the arguments that are not installed.
packages_missing() {
    for package in "$@"; do
        state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || state=
        [ "$state" = installed ] || printf '%s ' "$package"
    done
}

# Runs apt-get as root, with its output visible.
packages_apt_get() {
    if [ "$(id -u)" -eq 0 ]; then
        DEBIAN_FRONTEND=noninteractive apt-get "$@" >&2
    else
        sudo env DEBIAN_FRONTEND=noninteractive apt-get "$@" >&2
    fi
}

# Returns whether apt knows a version of every package.
packages_known() {
    for package in "$@"; do
        apt-cache show --no-all-versions "$package" >/dev/null 2>&1 || return 1
    done
}

# Installs those of the packages that are missing. Returns 1, after saying what to do, when it
# can't.
packages_install() {
    if ! command -v dpkg-query >/dev/null; then
        say "this is no Debian system; see to it that you have what these packages contain: $*"
        return 0
    fi
    missing=$(packages_missing "$@")
    missing=${missing% }
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            say "packages are missing; run as root:" \
                "apt-get install --no-install-recommends $missing"
            return 1
        fi
        sudo_explain "to install packages"
    fi
    say "installing $missing"
    # shellcheck disable=SC2086 # a list of words
    set -- $missing
    if ! packages_known "$@"; then
        packages_apt_get update || return 1
    fi
    # Versions may have moved on since the lists were fetched: then once more with new ones.
    if ! packages_apt_get -y install --no-install-recommends "$@"; then
        packages_apt_get update \
            && packages_apt_get -y install --no-install-recommends "$@" || return 1
    fi
}
