#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Runs an image in QEMU, on a TAP of its own in a network namespace of its own.
# Usage: run.sh DEVICE_IP4 HOST_IP4 HOST_IP6 QEMU...
# Addresses come with their prefix, QEMU with its machine and the image. DEVICE_IP4 is auto for a
# device that asks a DHCP server: there is one then, which gives it the host's network and .2.
# Environment: LWECHO_NETNS, the namespace's name (lwecho); one that is made is taken away again.
set -eu

netns=${LWECHO_NETNS:-lwecho}
device=${1%/*}
dhcp=
[ "$device" != auto ] || dhcp=${2%.*}.2
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
[ -z "$dhcp" ] || command -v dnsmasq > /dev/null ||
    fail "dnsmasq is missing: install Debian's dnsmasq-base, or build with -DLWECHO_IP4=..."

made=
if ! ip netns list | grep -q "^$netns\( \|$\)"; then
    ip netns add "$netns"
    made=1
fi
server=
end() {
    [ -z "$server" ] || kill "$server"
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

if [ -n "$dhcp" ]; then
    device=$dhcp
    ip netns exec "$netns" dnsmasq --keep-in-foreground --conf-file=/dev/null --port=0 \
        --dhcp-leasefile=/dev/null --log-facility=/dev/null --interface=tap0 --bind-interfaces \
        --dhcp-range="$dhcp,$dhcp,2m" &
    server=$!
fi

echo "When it says ready, from another terminal: ip netns exec $netns nc -N $device 7"
echo "The key s prints statistics, Ctrl-C ends it."
ip netns exec "$netns" "$@" -display none -monitor none -serial stdio \
    -semihosting-config enable=on,target=native \
    -nic tap,ifname=tap0,script=no,downscript=no,mac=02:00:00:00:00:02
