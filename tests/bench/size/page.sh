#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Fails when the device's own page takes too much flash: builds a board's image with it, and
# compares with the image without it. Usage: page.sh BOARD SIZE_REPORT_WITHOUT MAX_OCTETS
set -eu
cd "$(dirname "$0")/../../.."

board=$1
report=$2
max=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

{
    cmake --preset "$board" -B "$folder" -D LWECHO_PAGE=ON -D BUILD_TESTING=OFF
    cmake --build "$folder" --target lwecho
} >"$folder.log" 2>&1 || {
    cat "$folder.log" >&2
    exit 1
}
rm -f "$folder.log"

# Prints the octets of flash that a report tells.
octets() {
    sed -n 's/^flash *\([0-9]*\).*/\1/p' "$1"
}

without=$(octets "$report")
with=$(octets "$folder/lwecho.size.txt")
echo "page: $((with - without)) octets of flash of $max (without $without, with $with)"
[ "$((with - without))" -le "$max" ]
