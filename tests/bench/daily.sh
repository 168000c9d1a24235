#!/bin/sh
# A small benchmark without peers: the cost of indexing a file, the size of the index, the
# time of queries in tests/bench/queries.
#
# usage: daily.sh ARTICLES [WORKDIR]     (anything that pressmark-indexer reads)
set -eu
articles=$(realpath "$1")
source=$(cd "$(dirname "$0")/../.." && pwd)
work=${2:-$source/build/daily}
build=$source/build/bench

cmake -S "$source" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release >/dev/null
ninja -C "$build" pressmark-indexer search_speed >/dev/null
mkdir -p "$work"
for store in none text; do
    rm -rf "$work/index"
    printf '%s stored: ' $store
    python3 - "$build/indexer/pressmark-indexer" "$work/index" $store "$articles" <<'END'
import resource, subprocess, sys
from pathlib import Path
program, index, store, articles = sys.argv[1:]
subprocess.run([program, "-i", index, "-j", "1", "--store", store, articles],
               stdout=subprocess.DEVNULL)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
size = sum(f.stat().st_size for f in Path(index).rglob("*") if f.is_file())
print(f"{usage.ru_utime + usage.ru_stime:.2f} CPU s, {usage.ru_maxrss / 1024:.0f} MB of memory, "
      f"{size / 1e6:.2f} MB")
END
done
"$build/tests/search_speed" "$work/index" 5 "$source/tests/bench/queries" \
    one:or two:or two:and three:or three:and long:or phrase:phrase
