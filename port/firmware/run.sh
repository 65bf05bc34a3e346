#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Runs an image in QEMU, on a TAP of its own in a network namespace of its own.
# Usage: run.sh DEVICE_IP4 HOST_IP4 HOST_IP6 QEMU...
# Addresses come with their prefix, QEMU with its machine and the image.
# Environment: LWECHO_NETNS, the namespace's name (lwecho); one that is made is taken away again.
set -eu

netns=${LWECHO_NETNS:-lwecho}
device=${1%/*}
host_ip4=$2
host_ip6=$3
shift 3

fail() {
    echo "run: $1" >&2
    exit 1
}

[ "$(id -u)" = 0 ] || fail "a TAP and a namespace need root: run this as root"
command -v "$1" > /dev/null ||
    fail "$1 is missing: install Debian's qemu-system-arm or qemu-system-misc"
command -v ip > /dev/null || fail "ip is missing: install Debian's iproute2"

made=
if ! ip netns list | grep -q "^$netns\( \|$\)"; then
    ip netns add "$netns"
    made=1
fi
end() {
    ip -n "$netns" link del tap0 2> /dev/null || true
    [ -z "$made" ] || ip netns del "$netns"
}
trap end EXIT
trap 'exit 130' INT TERM

ip -n "$netns" link set lo up
ip -n "$netns" tuntap add tap0 mode tap ||
    fail "the namespace $netns has a tap0: is another QEMU running there?"
ip -n "$netns" address add "$host_ip4" dev tap0
ip -n "$netns" address add "$host_ip6" dev tap0 nodad
ip -n "$netns" link set tap0 up

echo "When it says ready, from another terminal: ip netns exec $netns nc -N $device 7"
echo "The key s prints statistics, Ctrl-C ends it."
ip netns exec "$netns" "$@" -display none -monitor none -serial stdio \
    -semihosting-config enable=on,target=native \
    -nic tap,ifname=tap0,script=no,downscript=no,mac=02:00:00:00:00:02
