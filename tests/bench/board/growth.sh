#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Draws growth.svg: a board's instructions as its work grows. Builds what it needs; three minutes.
set -eu
cd "$(dirname "$0")/../../.."
# shellcheck source=sim/packages.sh
. sim/packages.sh

for program in arm-none-eabi-gcc qemu-system-arm gnuplot; do
    command -v "$program" > /dev/null || {
        echo "growth: $program is missing: tests/run.sh installs all but gnuplot-nox" >&2
        exit 1
    }
done

build=build/growth
here=tests/bench/board
say "building $build"
mkdir -p "$build"
quietly "$build/configure.txt" cmake --preset mps2-an385 -B "$build" -D LWECHO_PRESET=growth \
    -D BUILD_TESTING=OFF -D LWECHO_OPTS="$PWD/$here/growth"
quietly "$build/build.txt" cmake --build "$build"
/usr/bin/python3 -B "$here/growth.py" --qemu "qemu-system-arm -M mps2-an385" \
    --image "$build/lwecho.elf" --tools arm-none-eabi- --out "$build"
gnuplot -e "folder='$build'; out='$here/growth.svg'" "$here/growth.gp"
echo "drawn: $here/growth.svg"
