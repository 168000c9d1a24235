#!/bin/sh
# The manual of the library names every function of the header, and no other.
#
# usage: manual.sh MANUAL HEADER
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
grep -o 'Fn pressmark_[a-z_]*' "$1" | sed 's/Fn //' | sort >"$work/told"
tr '\n' ' ' <"$2" | grep -o 'PRESSMARK_API [^;]*;' | grep -o 'pressmark_[a-z_]*(' | tr -d '(' |
    sort >"$work/declared"
diff "$work/declared" "$work/told"
[ -s "$work/declared" ]
