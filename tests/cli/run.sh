#!/bin/sh
# Runs one command-line test: NAME.test in a folder of its own; what it prints on standard
# output and its exit code must be NAME.stdout and NAME.exit (0 when absent), and each line
# of NAME.stderr must occur on standard error.
#
# usage: run.sh [--update] NAME.test
# In the environment: INDEXER and SEARCHER (the programs), SOURCE (the repository).
set -u
: "${INDEXER:?}" "${SEARCHER:?}" "${SOURCE:?}"
update=no
if [ "$1" = --update ]; then
    update=yes
    shift
fi
test_file=$(realpath "$1")
base=${test_file%.test}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export INDEXER SEARCHER SOURCE
export LC_ALL=C.UTF-8 TZ=UTC TERM=dumb
unset PRESSMARK_INDEX NO_COLOR
mkdir "$work/in"
(cd "$work/in" && sh "$test_file" >"$work/stdout" 2>"$work/stderr")
code=$?
[ $code -ne 77 ] || exit 77 # the test needs what this machine lacks
if [ $update = yes ]; then
    cp "$work/stdout" "$base.stdout"
    rm -f "$base.exit"
    [ $code -eq 0 ] || echo $code >"$base.exit"
    exit 0
fi
failed=no
expected_code=0
[ ! -f "$base.exit" ] || expected_code=$(cat "$base.exit")
if [ "$code" -ne "$expected_code" ]; then
    echo "exit code $code, expected $expected_code"
    failed=yes
fi
diff -u "$base.stdout" "$work/stdout" || failed=yes
if [ -f "$base.stderr" ]; then
    while IFS= read -r line; do
        if ! grep -qF -- "$line" "$work/stderr"; then
            echo "not on standard error: $line"
            failed=yes
        fi
    done <"$base.stderr"
fi
if [ $failed = yes ]; then
    echo "--- standard error:"
    cat "$work/stderr"
    exit 1
fi
