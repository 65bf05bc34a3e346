# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
# Completes lwecho's command line in bash. Options come from the program's own --help: a new one
# needs a line here only when its values are files, names or a few words, in _lwecho_value().

# Prints the options that a help names, and those of them that want a value.
_lwecho_options() {
    "$@" 2>/dev/null | grep -oE -e '--[a-z0-9-]+'
}
_lwecho_options_with_value() {
    "$@" 2>/dev/null | grep -oE -e '--[a-z0-9-]+ [A-Z0-9][^ ,]*' | cut -d ' ' -f 1
}

# Prints the names of the devices that run, as lwecho ctl knows them.
_lwecho_devices() {
    local socket
    for socket in /run/lwecho/*.sock "${XDG_RUNTIME_DIR:-/run/lwecho}"/lwecho/*.sock; do
        [[ -S $socket ]] || continue
        socket=${socket##*/}
        echo "${socket%.sock}"
    done
}

# Completes the value of an option. Where nobody can know it, nothing is offered.
_lwecho_value() {
    local option=$1 word=$2 words=
    case $option in
    --pcap | --connect | --from) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
    --control) mapfile -t COMPREPLY < <(compgen -W "$(_lwecho_devices) off" -f -- "$word") ;;
    --tap) words=$(sed -n 's/^ *\(tap[^:]*\):.*/\1/p' /proc/net/dev) ;;
    --netns) words=$(ls /run/netns 2>/dev/null) ;;
    --ip4) words="auto" ;;
    --ip6) words="auto off" ;;
    --host-ip6 | --page) words="off" ;;
    esac
    [[ -z $words ]] || mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

# Completes `lwecho ctl ...`.
_lwecho_ctl() {
    local program=$1 word=$2 previous=$3 words
    if [[ $previous == --control || $previous == --from ]]; then
        _lwecho_value "$previous" "$word"
        return
    fi
    case " ${COMP_WORDS[*]:2:COMP_CWORD-2} " in
    *' stats '*) words=$(_lwecho_options "$program" ctl --help | grep -v -e control -e help) ;;
    *' link '*)
        words=$(_lwecho_options_with_value "$program" --help-link | sort -u | sed 's/--\(.*\)/\1=/; /seed/d')
        compopt -o nospace 2>/dev/null
        ;;
    *) words="stats link --control --help" ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

_lwecho() {
    local program=$1 word=$2 previous=$3 words
    COMPREPLY=()
    if [[ ${COMP_WORDS[1]} == ctl && $COMP_CWORD -gt 1 ]]; then
        _lwecho_ctl "$@"
        return
    fi
    words=$(_lwecho_options_with_value "$program" --help
        _lwecho_options_with_value "$program" --help-link)
    if grep -qxF -e "$previous" <<<"$words"; then
        _lwecho_value "$previous" "$word"
        return
    fi
    words=$({
        _lwecho_options "$program" --help
        _lwecho_options "$program" --help-link
    } | sort -u)
    [[ $COMP_CWORD -gt 1 ]] || words+=" ctl"
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -F _lwecho lwecho
