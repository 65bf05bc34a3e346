#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Tests what is installed and the CMake package in it: test_package.sh CASE BUILD_DIR LWIP_DIR, in a
# network namespace of its own.
set -euo pipefail

case_name=$1
build_dir=$2
lwip_dir=$3
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
pid=
trap '[[ -z $pid ]] || kill "$pid"; rm -rf "$work"' EXIT
output=$work/output.txt
prefix=$work/prefix
unset MAKEFLAGS CMAKE_GENERATOR # of the build that runs this

die() {
    echo "$case_name: $*"
    cat "$output"
    exit 1
}

quietly() {
    "$@" >"$output" 2>&1 || die "failed: $*"
}

# configure FOLDER [CMAKE ARGUMENT...]: a project that finds the package where it was installed.
configure() {
    local folder=$1
    shift
    cmake -S "$folder" -B "$work/build" -G Ninja -D "CMAKE_PREFIX_PATH=$prefix" \
        -D "FETCHCONTENT_SOURCE_DIR_LWIP=$lwip_dir" "$@" >"$output" 2>&1
}

# A program of others on lwecho::port and lwecho::linux answers from its TAP.
port() {
    local answer
    configure "$here/uptime" || die "configure failed"
    quietly cmake --build "$work/build"
    if nm "$work/build/uptime" | grep -q echo_tcp; then
        die "the echo is in a program that does not link lwecho::app"
    fi
    "$work/build/uptime" tap0 >"$work/ready" 2>"$output" &
    pid=$!
    until grep -q ready "$work/ready"; do
        kill -0 $pid || die "it did not start"
        sleep 0.05
    done
    answer=$(echo | nc -u -W 1 -w 10 198.51.100.2 7)
    [[ $answer =~ ^up\ [0-9]+\ ms$ ]] || die "it answered: $answer"
}

# Nothing of lwIP, of the tests or of this machine is among what is installed.
files() {
    local file
    for file in bin/lwecho share/man/man1/lwecho.1 share/doc/lwecho/LICENSE \
        share/bash-completion/completions/lwecho share/lwecho/cmake/lwecho-config.cmake; do
        [[ -s $prefix/$file ]] || die "$file is missing"
    done
    "$prefix/bin/lwecho" --version | grep -q "profile host" || die "lwecho does not run"
    find "$prefix" -name 'tcp_in.c' -o -name 'test_*' -o -name '*.pyc' -o -path '*/sim/*.sh' \
        >"$output"
    [[ ! -s $output ]] || die "what is not to be installed is"
    if grep -rlF -e "$build_dir" -e "${here%/tests/cmake}" "$prefix/share" >"$output"; then
        die "a path of this machine is in what is installed"
    fi
}

# What a project can do wrong is told with the way out.
errors() {
    mkdir "$work/wrong"
    # refused LANGUAGE "LINE..." "TEXT" [CMAKE ARGUMENT...]
    refused() {
        printf 'cmake_minimum_required(VERSION 3.25)\nproject(wrong %s)\n%s\n' "$1" "$2" \
            >"$work/wrong/CMakeLists.txt"
        ! configure "$work/wrong" "${@:4}" || die "it was taken: $2"
        tr -s ' \n' ' ' <"$output" | grep -qF -- "$3" || die "it does not say: $3"
    }
    refused NONE 'find_package(lwecho)' 'as in project(my C)'
    refused C 'find_package(lwecho 7 REQUIRED)' 'compatible with requested version "7"'
    refused C $'find_package(lwecho)\nlwecho_image(wrong main.c)' 'what is main.c? It takes OPTS'
    refused C $'find_package(lwecho)\nlwecho_image(wrong OPTS no)' 'give the folder of one'
    refused C 'find_package(lwecho)' 'choose tiny, small or host' -D LWECHO_PROFILE=huge
}

quietly cmake --install "$build_dir" --prefix "$prefix"
"$case_name"
