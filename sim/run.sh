#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Installs what is missing, builds the simulator and runs it with the options given.
# PRESET in the environment chooses the build (default: sim).
set -eu -o pipefail

preset=${PRESET:-sim}
cd "$(dirname "$0")/.."
# shellcheck source=sim/packages.sh
. sim/packages.sh
binary=$PWD/build/$preset/lwecho

# Says nothing when there is nothing to do.
build() {
    if [ -e "build/$preset" ] && [ ! -w "build/$preset" ]; then
        say "build/$preset belongs to $(stat -c %U "build/$preset"); remove it or be that user"
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

needs_sudo=
if [ "$(id -u)" -ne 0 ] && ! asks_only "$@"; then
    if ! command -v sudo >/dev/null; then
        say "the simulator makes a TAP, which takes root; as root, run: $PWD/sim/run.sh $*"
        exit 1
    fi
    sudo_explain "to make the simulator's TAP and to install what packages are missing"
    needs_sudo=yes
fi
packages_install cmake ninja-build gcc libc6-dev pkg-config libmnl-dev dpkg-dev ca-certificates \
    debian-archive-keyring git iproute2 netcat-openbsd
build
if [ -n "$needs_sudo" ]; then
    exec sudo "$binary" "$@"
fi
exec "$binary" "$@"
