#!/bin/sh
# Builds that are killed (SIGKILL) at random moments and run again: the index is sound each
# time, and in the end the same as one that was never killed. Between them some are
# interrupted (SIGINT), which commits what is complete.
#
# usage: killed.sh INDEXER SEARCHER [KILLS ARTICLES]   (20 kills of 4,000 articles)
set -eu
indexer=$1 searcher=$2 kills=${3:-20} articles=${4:-4000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 - "$articles" <<'END'
import json, random, sys
random.seed(7)
words = ["".join(random.choices("abcdefghijklmnoprstuvw", k=random.randint(2, 9))) for _ in range(20000)]
count = int(sys.argv[1])
with open("articles.jsonl", "w") as out:
    for i in range(count):
        # some ids come again with another text
        id = i if i % 50 else max(0, i - random.randint(0, 2000))
        body = " ".join(words[int(random.paretovariate(.4)) % 20000] for _ in range(200))
        out.write(json.dumps({"id": f"id-{id}", "title": f"Article {i}", "body": body,
                              "date": f"20{i % 20 + 10}-01-0{i % 9 + 1}"}) + "\n")
END
memory=40M
fill() { "$indexer" -i "$1" -m $memory --progress none "$work/articles.jsonl"; }
started=$(date +%s%N)
fill whole >summary
duration_ms=$((($(date +%s%N) - started) / 1000000))
"$indexer" -i whole --compact >/dev/null
hit=0
for number in $(seq "$kills"); do
    delay=$(python3 -c "import random; print(random.random() * $duration_ms * 1.1 / 1000)")
    signal=KILL
    [ $((number % 5)) -ne 0 ] || signal=INT
    # no function: a shell around the program would be killed instead of it
    "$indexer" -i killed -m $memory --progress none articles.jsonl >summary 2>err &
    child=$!
    sleep "$delay"
    kill -$signal $child 2>/dev/null && hit=$((hit + 1))
    wait $child 2>/dev/null || true
    if [ -f killed/manifest.json ]; then
        "$indexer" -i killed --check >check || {
            echo "kill $number after $delay s: $(cat check)"
            exit 1
        }
        # what is searchable is answered, not damaged
        "$searcher" -i killed -o ids article >/dev/null || [ $? -eq 1 ]
    fi
    # every third time nothing is left, so that each moment is hit
    [ $((number % 3)) -ne 0 ] || [ "$number" -eq "$kills" ] || rm -rf killed
done
fill killed >summary
"$indexer" -i killed --check >check
"$indexer" -i killed --compact >/dev/null
left=$(find killed -type f | wc -l)
for index in whole killed; do
    "$indexer" -i $index --export jsonl | sort >$index.jsonl
    "$indexer" -i $index --info | grep -E '^(articles|words|dates)' >$index.info
    for query in article 'article 7' '"article 99"' 'since:2020' 'the OR a'; do
        "$searcher" -i $index --all -o jsonl "$query" | grep '"rank"' |
            sed 's/"rank":[0-9]*,//' | sort || true
    done >$index.answers
done
[ -s whole.answers ]
cmp whole.jsonl killed.jsonl
cmp whole.info killed.info
cmp whole.answers killed.answers
[ "$left" -eq "$(find whole -type f | wc -l)" ] || {
    echo "files are left over: $(ls killed)"
    exit 1
}
# when the machine is busy only at first, later builds are over sooner
[ "$hit" -gt 0 ] || {
    echo "no kill hit a build"
    exit 1
}
echo "$hit of $kills kills hit: the same $(wc -l <whole.jsonl) articles and answers"
