#!/bin/sh
# Makes an index of one sealed segment, with whole blocks of every common word, and has it
# damaged and searched.
#
# usage: damaged_index.sh INDEXER TEST_DAMAGED_INDEX [ROUNDS [SEED [FIRST]]]
set -u
indexer=$1
test=$2
shift 2
work=$(mktemp -d)
awk 'BEGIN {
    x = 1
    n = split("council bridge river harbour coffee exports quota storm market the of in ferry ferries Ferry garden minister violin lantern copper ticket war", words, " ")
    for (i = 0; i < 1500; i++) {
        body = ""
        size = 5 + pick(60)
        for (k = 0; k < size; k++)
            body = body words[1 + pick(1 + pick(n))] (pick(20) ? " " : ". ")
        printf "{\"id\":\"a%d\",\"title\":\"%s %s\",\"body\":\"%s\",\"source\":\"Paper %d\"", i,
            words[1 + pick(n)], words[1 + pick(n)], body, pick(9)
        printf ",\"date\":\"20%02d-%02d-%02d\"}\n", 10 + pick(15), 1 + pick(12), 1 + pick(28)
    }
}
function pick(limit) {
    x = x * 16807 % 2147483647
    return int(x / 2147483647 * limit)
}' >"$work/in.jsonl"
"$indexer" -i "$work/ix" -j 1 "$work/in.jsonl" >/dev/null || exit 2
if ! "$test" "$work/ix" "$@"; then
    echo "the damaged index is in $work"
    exit 1
fi
rm -rf "$work"
