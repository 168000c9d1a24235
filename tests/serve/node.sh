#!/bin/sh
# Tests that need programs of the npm registry: the search page in Chromium, the tools of an
# agent through the official client.
#
# usage: run.sh SEARCHER INDEXER SOURCE BUILD (skipped, with 77, when not installed)
#        run.sh --install BUILD             (needs root or sudo: Chromium and Node)
set -eu
here=$(realpath "$(dirname "$0")")
if [ "$1" = --install ]; then
    as_root=
    [ "$(id -u)" -eq 0 ] || as_root=sudo
    export DEBIAN_FRONTEND=noninteractive
    $as_root apt-get update -qq
    $as_root apt-get install -y -qq --no-install-recommends chromium >/dev/null
    command -v npm >/dev/null ||
        $as_root apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null
    mkdir -p "$2/node"
    cp "$here/package.json" "$2/node/"
    npm install --prefix "$2/node" --no-audit --no-fund --no-package-lock --silent
    exit 0
fi
searcher=$(realpath "$1")
indexer=$(realpath "$2")
source=$(realpath "$3")
node=$(realpath "$4")/node
if [ ! -d "$node/node_modules" ] || [ ! -x /usr/bin/chromium ]; then
    echo "skipped: sh tests/serve/node.sh --install BUILD"
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here"/*.mjs "$node/"
text='The grumbletide rose over the old quay on Friday night and carried three rowing boats into the market square, where nobody was hurt but the fishmonger lost his stall and a barrel of herring.'
for id in first second; do
    printf '{"id":"%s","title":"Grumbletide","date":"2024-05-0%d","source":"%s Post","body":"%s"}\n' \
        $id ${#id} $id "$text" >>"$work/reprints.jsonl"
done
"$indexer" -i "$work/index" "$source/corpus/articles" "$work/reprints.jsonl" >/dev/null
cd "$node"
node page.mjs "$searcher" "$work/index" ${PRESSMARK_SCREENSHOTS:-}
node mcp.mjs "$searcher" "$work/index"
