#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Tests cmake/lwip.cmake: test_lwip.sh CASE [FETCHCONTENT_BASE_DIR of a build with lwIP in it].
#
# No case reaches the network: each runs in a network namespace of its own that has no interface,
# apt is given no source (APT_CONFIG), and git's URLs are turned to a local repository
# (GIT_CONFIG_COUNT).
set -euo pipefail

case_name=$1
real_base=${2:-}
source_dir=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
output=$work/output.txt
unset MAKEFLAGS CMAKE_GENERATOR # of the build that runs this

# --- What the cases are made of ---

die() {
    echo "$case_name: $*"
    if [[ -f $output ]]; then
        cat "$output"
    fi
    exit 1
}

without_network() {
    if [[ $(id -u) -eq 0 ]]; then
        unshare -n "$@"
    else
        unshare -rn "$@"
    fi
}

mkdir "$work/git" "$work/apt"
printf 'Dir::Etc::sourcelist "/dev/null";\nDir::Etc::sourceparts "%s";\n' "$work/apt" \
    >"$work/apt.conf"
export APT_CONFIG=$work/apt.conf
export GIT_CONFIG_COUNT=2
export GIT_CONFIG_KEY_0=url.file://$work/git/upstream.insteadOf
export GIT_CONFIG_VALUE_0=https://git.savannah.nongnu.org/git/lwip.git
export GIT_CONFIG_KEY_1=url.file://$work/git/mirror.insteadOf
export GIT_CONFIG_VALUE_1=https://github.com/lwip-tcpip/lwip.git

mkdir "$work/project"
cat >"$work/project/CMakeLists.txt" <<END
cmake_minimum_required(VERSION 3.25)
project(minimal LANGUAGES NONE)
include($source_dir/cmake/lwip.cmake)
message(STATUS "LWIP_DIR=\${LWIP_DIR}")
END
base=$work/project/build/_deps # its default

# configure NAME [CMAKE ARGUMENT...]: keeps the output in $output.
configure() {
    local name=$1
    shift
    without_network cmake -S "$work/project" -B "$work/project/build/$name" "$@" >"$output" 2>&1
}

must_say() {
    local text
    for text in "$@"; do
        grep -qF -- "$text" "$output" || die "the output does not say: $text"
    done
}

must_not_say() {
    if grep -qF -- "$1" "$output"; then
        die "the output says: $1"
    fi
}

must_not_be_installed() {
    if [[ -e $base/lwip-src/.lwecho-origin ]]; then
        die "lwip-src counts as complete"
    fi
}

# fake_lwip DIR VERSION [RC]: as much of lwIP's tree as tells its version.
fake_lwip() {
    local major minor revision
    IFS=. read -r major minor revision <<<"$2"
    mkdir -p "$1/src/core" "$1/src/include/lwip"
    touch "$1/src/core/tcp.c"
    cat >"$1/src/Filelists.cmake" <<END
set(LWIP_VERSION_MAJOR    "$major")
set(LWIP_VERSION_MINOR    "$minor")
set(LWIP_VERSION_REVISION "$revision")
set(LWIP_VERSION_RC       "${3:-LWIP_RC_RELEASE}")
END
}

# Gives the project the package that the real build has downloaded; skips the case without one.
take_real_download() {
    if [[ ! -d $real_base/lwip-download/debian ]]; then
        echo "$case_name: skipped, as this build has not downloaded Debian's source package"
        exit 77
    fi
    mkdir -p "$base/lwip-download"
    cp -r "$real_base/lwip-download/debian" "$base/lwip-download/"
}

# Makes the repository that upstream's URL is turned to, with the tag; prints the commit's id.
make_upstream() {
    local repo=$work/git/upstream
    fake_lwip "$repo" 2.2.1
    git -C "$repo" init -q
    git -C "$repo" add .
    git -C "$repo" -c user.name=test -c user.email=test@example.org commit -qm release
    git -C "$repo" -c user.name=test -c user.email=test@example.org tag -am release \
        STABLE-2_2_1_RELEASE
    git -C "$repo" rev-parse HEAD
}

# fetch COMMIT: runs the download itself, with another pin.
fetch() {
    without_network cmake -D "SOURCE_DIR=$base/lwip-src" -D "WORK_DIR=$base/lwip-download" \
        -D "GIT_COMMIT=$1" -P "$source_dir/cmake/fetch_lwip.cmake" >"$output" 2>&1
}

# --- The cases ---

directory_given() {
    fake_lwip "$work/own" 2.2.1
    configure sim -D "FETCHCONTENT_SOURCE_DIR_LWIP=$work/own" || die "it was refused"
    must_say "lwIP 2.2.1 from $work/own" "LWIP_DIR=$work/own"
    must_not_say "fetching"
}

newer_version() {
    fake_lwip "$work/own" 2.10.0 LWIP_RC_DEVELOPMENT
    configure sim -D "FETCHCONTENT_SOURCE_DIR_LWIP=$work/own" || die "it was refused"
    must_say "lwIP 2.10.0 from $work/own"
}

older_version() {
    fake_lwip "$work/own" 2.1.3
    ! configure sim -D "FETCHCONTENT_SOURCE_DIR_LWIP=$work/own" || die "2.1.3 was taken"
    must_say "holds lwIP 2.1.3, but 2.2.1 or newer is needed"

    fake_lwip "$work/ancient" 1.4.1
    rm "$work/ancient/src/Filelists.cmake" # which came with 2.1
    printf '#define LWIP_VERSION_%s\n' "MAJOR 1U" "MINOR 4U" "REVISION 1U" "RC 255U" \
        >"$work/ancient/src/include/lwip/init.h"
    ! configure tiny -D "FETCHCONTENT_SOURCE_DIR_LWIP=$work/ancient" || die "1.4.1 was taken"
    must_say "holds lwIP 1.4.1, but 2.2.1 or newer is needed"
}

unreleased_version() {
    fake_lwip "$work/own" 2.2.1 1
    ! configure sim -D "FETCHCONTENT_SOURCE_DIR_LWIP=$work/own" || die "it was taken"
    must_say "holds lwIP 2.2.1, not yet released"
}

foreign_directory() {
    mkdir -p "$work/own/src"
    echo 'project(other)' >"$work/own/CMakeLists.txt"
    ! configure sim -D "FETCHCONTENT_SOURCE_DIR_LWIP=$work/own" || die "it was taken"
    must_say "holds no lwIP" "FETCHCONTENT_SOURCE_DIR_LWIP"
}

nothing_reachable() {
    local attempt
    for attempt in first second; do
        ! configure sim || die "the $attempt configure passed"
        must_say "Three ways out" "apt sources:" "git:" "FETCHCONTENT_SOURCE_DIR_LWIP=DIR" \
            "apt's sources name no Debian mirror"
        must_not_be_installed
    done
}

changed_tarball() {
    mkdir -p "$base/lwip-download/debian"
    echo changed >"$base/lwip-download/debian/lwip_2.2.1+dfsg1.orig.tar.xz"
    ! configure sim || die "it was taken"
    must_say "lwIP's tarball is not the one expected" "SHA-256 expected" "SHA-256 found"
    must_not_be_installed
}

second_configure_offline() {
    take_real_download
    configure sim || die "the kept download was not unpacked"
    must_say "lwIP 2.2.1 from Debian's source package" "LWIP_DIR=$base/lwip-src"
    rm -r "$base/lwip-download"
    configure sim || die "the second configure failed"
    must_not_say "fetching"
    configure tiny || die "another preset's configure failed"
    must_say "lwIP 2.2.1 from Debian's source package" "LWIP_DIR=$base/lwip-src"
    must_not_say "fetching"
}

half_unpacked() {
    take_real_download
    fake_lwip "$base/lwip-src" 2.2.1 # which nothing says to be complete
    configure sim || die "it was not unpacked again"
    [[ -s $base/lwip-src/src/core/tcp.c ]] || die "the half of a tree was taken"
}

two_configures_at_once() {
    local pids=() pid name failed=0
    take_real_download
    for name in sim tiny small; do
        without_network cmake -S "$work/project" -B "$work/project/build/$name" \
            >"$work/$name.txt" 2>&1 &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do
        wait "$pid" || failed=1
    done
    cat "$work"/{sim,tiny,small}.txt >"$output"
    [[ $failed -eq 0 ]] || die "one of them failed"
    [[ $(grep -c 'fetching' "$output") -eq 1 ]] || die "not exactly one of them fetched"
}

git_fallback() {
    local commit
    commit=$(make_upstream)
    fetch "$commit" || die "the download failed"
    [[ ! -e $base/lwip-download/error.txt ]] || die "the download failed"
    grep -qx "$commit" "$base/lwip-src/.lwecho-origin" || die "the commit is not recorded"
    grep -q 2_2_1 "$base/lwip-src/.lwecho-origin" || die "the tag is not recorded"
    [[ ! -e $base/lwip-src/.git ]] || die "the repository stayed behind"
}

git_wrong_commit() {
    make_upstream >/dev/null
    fetch 0123456789abcdef0123456789abcdef01234567 || die "the script itself failed"
    grep -q "Three ways out" "$base/lwip-download/error.txt" || die "no error was left"
    must_not_be_installed
}

"$case_name"
