#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Adds a board by one folder, as port/README.md says, and runs it: test_board.sh LWIP_DIR.
#
# It is the MPS2 with image AN386, which has the AN385's devices and another CPU.
set -euo pipefail

lwip_dir=$1
source_dir=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset MAKEFLAGS CMAKE_GENERATOR # of the build that runs this
export LWECHO_BOARD=mine

for program in arm-none-eabi-gcc qemu-system-arm; do
    if ! command -v "$program" >"$work/output.txt"; then
        echo "skipped, as there is no $program; run: tests/run.sh"
        exit 77
    fi
done

quietly() {
    if ! "$@" >"$work/output.txt" 2>&1; then
        cat "$work/output.txt"
        echo "failed: $*"
        exit 1
    fi
}

cd "$source_dir"
cp -r app cmake port sim tests CMakeLists.txt CMakePresets.json "$work"
cd "$work"
cp -r port/boards/mps2-an385 port/boards/mine
sed -i 's/cortex-m3/cortex-m4/; s/mps2-an385/mps2-an386/' port/boards/mine/CMakeLists.txt

quietly cmake --preset my-cortex_m -D "FETCHCONTENT_SOURCE_DIR_LWIP=$lwip_dir"
quietly cmake --build --preset my-cortex_m
quietly ctest --preset my-cortex_m -R '^qemu\.board\.mine$' --no-tests=error
for suffix in elf bin hex size.txt; do
    if [[ ! -s build/mine/lwecho.$suffix ]]; then
        echo "there is no lwecho.$suffix"
        exit 1
    fi
done
