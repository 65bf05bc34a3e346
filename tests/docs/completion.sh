#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Tests sim/completion.bash as bash calls it: completion.sh LWECHO, in a network namespace of its
# own.
set -euo pipefail

program=$1
source_dir=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
touch trace.pcap
ip netns add demo
ip tuntap add tap7 mode tap
mkdir -p /run/lwecho
python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' \
    /run/lwecho/demo.tap0.sock

# shellcheck source=sim/completion.bash
. "$source_dir/sim/completion.bash"
[[ $(complete -p lwecho) == *"-F _lwecho lwecho" ]]

# Sets COMPREPLY to what is offered for the last word, as bash would have it done.
offer() {
    COMP_WORDS=(lwecho "$@")
    COMP_CWORD=$#
    COMPREPLY=()
    # bash takes no notice of what it returns
    _lwecho "$program" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}" || true
}

# expect WORD... = OFFERED...: for the last word of the line, exactly those are offered.
expect() {
    local line=()
    while [[ $1 != = ]]; do
        line+=("$1")
        shift
    done
    shift
    offer "${line[@]}"
    if [[ ${COMPREPLY[*]} != "$*" ]]; then
        echo "lwecho ${line[*]}<TAB> offers '${COMPREPLY[*]}', not '$*'"
        exit 1
    fi
}

expect --host = --host-ip4 --host-ip6 --hostname
expect --host-ip6 '' = off
expect --ip6 '' = auto off
expect --netns '' = demo
expect --tap t = tap7
expect --pcap tr = trace.pcap
expect --port '' =
expect --loss '' =
expect --lo = --loss
expect c = ctl
expect --tap tap7 c =
expect ctl '' = stats link --control --help
expect ctl stats --w = --watch
expect ctl --control d = demo.tap0
expect ctl --control demo.tap0 s = stats
expect ctl link l = link-flap= loss=
expect ctl link loss=5% '' = burst-loss= corrupt= delay= duplicate= jitter= link-flap= loss= mtu= \
    rate= reorder=

# Every option is offered.
offer --
all=" ${COMPREPLY[*]} "
for option in $("$program" --help | grep -oE -e '--[a-z0-9-]+'); do
    [[ $all == *" $option "* ]] || {
        echo "$option is not offered: see _lwecho_options() in sim/completion.bash"
        exit 1
    }
done
