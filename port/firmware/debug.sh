#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Runs an image in QEMU, stopped before its first instruction, with gdb attached.
# Usage: debug.sh IMAGE.elf RUN.SH ARGUMENT...   (of run.sh, as there)
# The device's console goes to IMAGE.console.
set -eu

here=$(dirname "$0")
elf=$1
netns=${LWECHO_NETNS:-lwecho}
shift

gdb=
for each in gdb-multiarch arm-none-eabi-gdb riscv64-unknown-elf-gdb; do
    [ -n "$gdb" ] || ! command -v $each > /dev/null || gdb=$each
done
[ -n "$gdb" ] || {
    echo "debug: gdb is missing: install Debian's gdb-multiarch" >&2
    exit 1
}

"$@" -gdb tcp:127.0.0.1:1234 -S > "$elf.console" 2>&1 < /dev/null &
runner=$!
trap 'kill $runner 2> /dev/null || true; wait $runner || true' EXIT
for _ in 1 2 3 4 5 6 7 8 9 10; do
    ip -n "$netns" link show tap0 > /dev/null 2>&1 && break
    kill -0 $runner 2> /dev/null || {
        cat "$elf.console" >&2
        exit 1
    }
    sleep 0.2
done

echo "The console is in $elf.console. In gdb: continue; lwecho pools; lwecho connections"
ip netns exec "$netns" "$gdb" -q "$elf" -ex "source $here/lwecho_gdb.py" \
    -ex "set tcp connect-timeout 10" -ex "target remote 127.0.0.1:1234"
