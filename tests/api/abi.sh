#!/bin/sh
# The library can stand in for that of the last release: abidiff of what it offers against
# the dump of that (functions, and members of the options, may have been added; nothing else).
#
# usage: abi.sh LIBRARY HEADERS            (with 77 when libabigail is not there)
#        abi.sh --release LIBRARY HEADERS  (writes the dump, with each release)
set -eu
here=$(realpath "$(dirname "$0")")
command -v abidw >/dev/null || { echo "skipped: no abigail-tools"; exit 77; }
dump() {
    abidw --exported-interfaces-only --headers-dir "$2" --drop-private-types \
        --no-architecture --no-corpus-path --no-parameter-names \
        --no-comp-dir-path --no-elf-needed --no-show-locs --type-id-style hash "$1" |
        sed "s# path='[^']*/# path='#"
}
if [ "$1" = --release ]; then
    dump "$2" "$3" >"$here/libpressmark.abi"
    exit 0
fi
now=$(mktemp)
trap 'rm -f "$now"' EXIT
dump "$1" "$2" >"$now"
abidiff --no-added-syms --suppressions "$here/libpressmark.suppr" "$here/libpressmark.abi" "$now"
