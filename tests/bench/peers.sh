#!/bin/sh
# Builds the release, indexes the corpus of the peers' benchmark, runs its queries, and
# prints all side by side.
#
# usage: peers.sh PEERS WORKDIR [DOCS]
#
# PEERS is the folder with the peers' side (its run.sh makes the corpus and measures them;
# what exists in WORKDIR is kept). One thread, as for the peers; JOBS=2 for two workers.
set -eu
peers=$(cd "$1" && pwd)
docs=${3:-200000}
mkdir -p "$2"
work=$(cd "$2" && pwd)
source=$(cd "$(dirname "$0")/../.." && pwd)
build=$source/build/bench
sets='one_high:or one_mid:or two:or two:and title:or three5:or three5:and high34:or
    high34:and stopw:or phrase2:phrase phrase3:phrase'

cmake -S "$source" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release >/dev/null
ninja -C "$build" pressmark-indexer search_speed >/dev/null
PEERS=${WHICH_PEERS:-lucene fts5} "$peers/run.sh" "$work" "$docs" >&2

# The indexer in the form that measure.py wants: it prints articles and bytes of text.
cat >"$work/index_pressmark.sh" <<END
"$build/indexer/pressmark-indexer" -i "\$2/index" -j ${JOBS:-1} --store none "\$1" >&2
awk -F '\t' 'NR == 2 { print \$2, \$3 }' "$work/index.tsv"
END
cat "$work/corpus.jsonl" >/dev/null
rm -rf "$work/pressmark"
mkdir "$work/pressmark"
python3 "$peers/measure.py" pressmark "$work/pressmark" sh "$work/index_pressmark.sh" \
    "$work/corpus.jsonl" "$work/pressmark" >"$work/pressmark.index.tsv"
# shellcheck disable=SC2086 # a list of sets
"$build/tests/search_speed" "$work/pressmark/index" 10 "$peers/queries" $sets \
    >"$work/pressmark.search.tsv"
python3 "$peers/compare.py" "$work" "$work/pressmark.index.tsv" "$work/pressmark.search.tsv"
