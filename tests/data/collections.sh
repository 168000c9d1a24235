#!/bin/sh
# On real collections, where they are at hand: ranking is as good as it was, feedback helps,
# highlights are words of the query, reprints are folded, Reuters is
# indexed whole, and a second run changes nothing. Skips (77) without the data.
#
# usage: collections.sh INDEXER SEARCHER DATA TEST_HIGHLIGHTS   (DATA: see tests/README.md)
set -eu
indexer=$1
searcher=$2
data=$3
highlights=$4
evaluate=$data/../tools/evaluate.py
[ -d "$data/judged" ] && [ -f "$evaluate" ] || {
    echo "no data at '$data': set PRESSMARK_DATA"
    exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# judged NAME LEAST: mean average precision of at least LEAST
judged() {
    "$indexer" -i "$work/$1" "$data/judged/$1/docs.jsonl" >"$work/log" 2>&1 || [ $? -eq 1 ]
    "$searcher" -i "$work/$1" --batch "$data/judged/$1/queries.tsv" -o trec -n 1000 >"$work/run"
    map=$(python3 "$evaluate" "$work/run" "$data/judged/$1/qrels.txt" | sed -n 's/^map //p')
    echo "$1: MAP $map, at least $2"
    awk -v map="$map" -v least="$2" 'BEGIN { exit !(map >= least) }'
}
judged time .715
judged cranfield .330
judged cacm .375

# feedback NAME: the gain in mean average precision
feedback() {
    for option in --no-variants --feedback; do
        "$searcher" -i "$work/$1" --batch "$data/judged/$1/queries.tsv" \
            --eval "$data/judged/$1/qrels.txt" $option | sed -n 's/^map *//p'
    done | tee "$work/map.$1" | tr '\n' ' '
    echo "$1 without and with feedback"
}
for name in time cranfield cacm; do feedback $name; done
cat "$work"/map.* | awk 'NR % 2 { without = $1; next } { gain += $1 - without; bad += $1 < without }
    END { print "gain", gain / 3; exit bad > 0 || gain / 3 < .012 }'

reuters=$data/reuters/docs.jsonl.gz
"$indexer" -i "$work/reuters" --json "$reuters" | tee "$work/first"
grep -q '"added":19779,"updated":0,"unchanged":0,"removed":0,"rejected":0' "$work/first"
"$indexer" -i "$work/reuters" --json "$reuters" | tee "$work/second"
grep -q '"added":0,"updated":0,"unchanged":19779,"removed":0,"rejected":0' "$work/second"
"$highlights" "$work/reuters" 1000

# Reprints: 500 or so articles of Reuters are (a count by another tokeniser says 581 pairs).
copies=$("$searcher" -i "$work/reuters" --all --no-snippet -o json date:1987 |
    grep -o '"copies":[0-9]*' | awk -F: '{ n += $2 } END { print n }')
echo "$copies copies folded"
[ "$copies" -ge 500 ] && [ "$copies" -le 580 ]
