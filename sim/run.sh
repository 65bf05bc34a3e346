#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Installs what is missing, builds the simulator and runs it with the options given.
# PRESET in the environment chooses the build (default: sim); LWECHO there is a program to run
# instead.
#
# With --user as its first argument it takes neither root nor a TAP: passt, started with it, leads
# this machine's own port 8888 (or that of --port) to the device, TCP and UDP.
set -eu -o pipefail

preset=${PRESET:-sim}
cd "$(dirname "$0")/.."
# shellcheck source=sim/packages.sh
. sim/packages.sh
binary=${LWECHO:-$PWD/build/$preset/lwecho}

# Says nothing when there is nothing to do.
build() {
    if [ -e "build/$preset" ] && [ ! -w "build/$preset" ]; then
        say "build/$preset belongs to $(stat -c %U "build/$preset");" \
            "run this as that user, or remove the folder"
        return 1
    fi
    if [ ! -f "build/$preset/build.ninja" ]; then
        say "configuring build/$preset"
        cmake --preset "$preset" -D BUILD_TESTING=OFF >&2 # the tests need more packages
    fi
    cmake --build --preset "$preset" --target lwecho 2>&1 \
        | sed -u -e '/no work to do/d' -e '/Re-checking globbed directories/d' >&2
}

# Only asking needs no rights.
asks_only() {
    for option in "$@"; do
        case $option in
        -h | --help | --version) return 0 ;;
        esac
    done
    return 1
}

# Runs the device behind passt, which opens ordinary sockets in its name.
user_run() {
    local port=8888 previous=none word passt_pid device_pid
    for word in "$@"; do
        case $previous in
        --port) port=$word ;;
        --tap | --netns | --connect | --count | --ip4 | --ip6)
            say "$previous does not go with --user; leave one of them away"
            return 2
            ;;
        esac
        previous=$word
    done
    folder=$(mktemp -d) # not local: it is removed when the script ends
    trap 'rm -rf "$folder"' EXIT
    # From the loopback interface it needs no network, and only this machine can connect.
    passt --quiet --foreground --stderr --one-off --ipv4-only --socket "$folder/passt" \
        --interface lo --mac-addr 02:00:c6:33:64:01 \
        --address 198.51.100.2 --netmask 255.255.255.0 --gateway 198.51.100.1 \
        --tcp-ports "127.0.0.1/$port" --udp-ports "127.0.0.1/$port" \
        2> >(grep -v 'to syslog$' >&2) &
    passt_pid=$!
    until [ -S "$folder/passt" ]; do
        if ! kill -0 "$passt_pid" 2>/dev/null; then
            say "passt did not start; is port $port free, and above 1023?"
            return 1
        fi
        sleep 0.05
    done
    say "try: nc -N 127.0.0.1 $port, or nc -u 127.0.0.1 $port"
    "$binary" --port "$port" --ip6 off --control "$folder/control" \
        --connect "$folder/passt" "$@" &
    device_pid=$!
    trap 'kill "$device_pid" 2>/dev/null || true' INT TERM HUP
    local code=0
    wait "$device_pid" || code=$?
    if [ "$code" -gt 128 ]; then # a signal has ended the wait, and the trap tells the device
        code=0
        wait "$device_pid" || code=$?
    fi
    return "$code"
}

needs_sudo=
user=
if [ "${1-}" = --user ]; then
    shift
    user=yes
elif [ "$(id -u)" -ne 0 ] && ! asks_only "$@"; then
    if ! command -v sudo >/dev/null; then
        say "the simulator makes a TAP, which takes root; as root, run: $PWD/sim/run.sh $*"
        exit 1
    fi
    sudo_explain "to make the simulator's TAP and to install what packages are missing"
    needs_sudo=yes
fi
[ -z "$user" ] || packages_install passt
if [ -z "${LWECHO-}" ]; then
    packages_install cmake ninja-build gcc libc6-dev pkg-config libmnl-dev dpkg-dev \
        ca-certificates debian-archive-keyring git iproute2 netcat-openbsd
    build
fi
if [ -n "$user" ] && ! asks_only "$@"; then
    user_run "$@"
    exit
fi
if [ -n "$needs_sudo" ]; then
    exec sudo "$binary" "$@"
fi
exec "$binary" "$@"
