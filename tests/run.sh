#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Installs what is missing, builds every preset and runs all tests. Arguments go to ctest:
#
#     tests/run.sh                 # everything
#     tests/run.sh -L net -R udp   # only tests of that label and name
#     tests/run.sh -N              # what there is
set -euo pipefail

presets=(
    sim sim-asan tiny small fuzz
    lm3s6965evb lm3s6965evb-tiny mps2-an385 mps2-an500 mps2-an505 sifive_u-rv32 # boards
)
packages=(
    cmake ninja-build gcc libc6-dev pkg-config libmnl-dev ca-certificates
    dpkg-dev debian-archive-keyring git # how lwIP comes in
    libcmocka-dev                       # unit tests
    procps python3 python3-pytest python3-scapy iproute2 util-linux
    netcat-openbsd netcat-traditional ncat socat tshark python3-prometheus-client # net tests
    curl chromium fonts-dejavu-core              # the device's own page
    ethtool                                      # what a TAP offloads
    dnsmasq-base avahi-daemon avahi-utils dbus   # DHCP server, other responders
    passt                                        # as an ordinary user
    clang-format clang-tidy shellcheck mandoc    # lint
    gcovr                                        # coverage
    parallel                                     # campaigns of the world
    clang libclang-rt-14-dev                     # fuzz
    gcc-arm-none-eabi picolibc-arm-none-eabi gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf
    qemu-system-arm qemu-system-misc gdb-multiarch openocd # boards
)

cd "$(dirname "$0")/.."
# shellcheck source=sim/packages.sh
. sim/packages.sh

build() {
    local preset=$1
    say "building $preset"
    quietly "build/$preset.configure.txt" cmake --preset "$preset"
    grep -h '^-- lwIP .* from ' "build/$preset.configure.txt" >&2 || true
    quietly "build/$preset.build.txt" cmake --build --preset "$preset"
}

packages_install "${packages[@]}"
mkdir -p build
for preset in "${presets[@]}"; do
    build "$preset"
done
printf 'subdirs("%s")\n' "${presets[@]}" >build/CTestTestfile.cmake

# The tests' TAPs stand in namespaces of their own, which not every system lets users make.
if [ "$(id -u)" -ne 0 ] \
    && ! { [ -w /dev/net/tun ] && unshare --map-root-user true 2>/dev/null; }; then
    sudo_explain "to make the tests' TAPs"
    sudo true
fi

# Most tests wait more than they compute. The last thing, so that CTest's summary is the last to be
# read.
exec ctest --test-dir build --output-on-failure --no-tests=error -j "$(($(nproc) * 3))" "$@" \
    </dev/null
