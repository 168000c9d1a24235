#!/bin/sh
# Fuzzes the reader of one format, beginning with its corpus here; what it finds interesting
# is added to build/fuzz/corpus/FORMAT, what fails stays in the folder it is run from.
# Needs clang and its libFuzzer (packages clang-14 and libclang-rt-14-dev).
#
# usage: sh tests/fuzz/run.sh FORMAT SECONDS
set -eu
format=$1 seconds=$2
cd "$(dirname "$0")/../.."
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz --target fuzz_input
mkdir -p "build/fuzz/corpus/$format"
ln -sf fuzz_input "build/fuzz/tests/fuzz_$format"
exec "build/fuzz/tests/fuzz_$format" -max_total_time="$seconds" -max_len=20000 -timeout=10 \
    -rss_limit_mb=2000 -print_final_stats=1 "build/fuzz/corpus/$format" "tests/fuzz/corpus/$format"
