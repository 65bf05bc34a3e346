#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Runs one of the checkers over all files that it knows: tool.sh TOOL SOURCE_DIR BUILD_DIR.
set -euo pipefail

tool=$1
cd "$2"
build_dir=$3

our_files() {
    find . \( -name .git -o -name build \) -prune -o -type f "$@" -print | sort
}

clang_format() {
    our_files -name '*.[ch]' | xargs clang-format --dry-run -Werror
}

# Our sources that this build compiles, with the flags that it compiles them with.
clang_tidy() {
    local file
    our_files -name '*.c' | while read -r file; do
        if grep -qF "\"file\": \"$PWD/${file#./}\"" "$build_dir/compile_commands.json"; then
            echo "$file"
        fi
    done | xargs -P 2 -n 4 clang-tidy -p "$build_dir" --quiet \
        --config-file=tests/lint/clang-tidy.yaml
}

# Scripts have the suffix .sh or name a shell in their first line.
shellcheck_scripts() {
    {
        our_files -name '*.sh'
        our_files ! -name '*.*' -exec grep -qIE -m 1 '^#!.*/(ba|da)?sh$' {} \;
    } | sort -u | xargs shellcheck --external-sources
}

case $tool in
clang_format) clang_format ;;
clang_tidy) clang_tidy ;;
shellcheck) shellcheck_scripts ;;
*)
    echo "tool.sh: no such tool: $tool"
    exit 2
    ;;
esac
