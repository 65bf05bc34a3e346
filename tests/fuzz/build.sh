#!/bin/bash -eu
# SPDX-License-Identifier: BSD-3-Clause
# Builds the fuzzers as OSS-Fuzz and ClusterFuzz want them: with $CC, $CXX, their flags and
# $LIB_FUZZING_ENGINE, into $OUT, each with its seeds and options beside it.
set -o pipefail
cd "$(dirname "$0")/../.."

: "${OUT:?is the folder for what is built}"
work=${WORK:-build/oss-fuzz}

export LIB_FUZZING_ENGINE=${LIB_FUZZING_ENGINE:--fsanitize=fuzzer}
cmake -S . -B "$work" -G "${CMAKE_GENERATOR:-Unix Makefiles}" \
    -D CMAKE_BUILD_TYPE=None -D CMAKE_C_EXTENSIONS=OFF -D LWECHO_PRESET=fuzz -D LWECHO_FUZZ=ON \
    -D LWECHO_PROFILE="${LWECHO_PROFILE:-host}"
cmake --build "$work" --parallel "$(nproc)"

programs=$work/tests/fuzz
"$programs/fuzz_seeds" "$work/seeds"
for program in "$programs"/fuzz_*; do
    fuzzer=${program##*/}
    if [ ! -x "$program" ] || [ ! -d "$work/seeds/$fuzzer" ]; then
        continue
    fi
    cp "$program" "$OUT/"
    inputs=("$work/seeds/$fuzzer")
    for kind in corpus regressions; do
        if [ -d "tests/fuzz/$kind/$fuzzer" ]; then
            inputs+=("tests/fuzz/$kind/$fuzzer")
        fi
    done
    rm -f "$OUT/${fuzzer}_seed_corpus.zip"
    zip -q -j -r "$OUT/${fuzzer}_seed_corpus.zip" "${inputs[@]}"
    printf '[libfuzzer]\nmax_len = 8192\n' >"$OUT/$fuzzer.options"
    cp tests/fuzz/lwecho.dict "$OUT/$fuzzer.dict"
done
