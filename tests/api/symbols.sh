#!/bin/sh
# The library exports what the header declares, no more and no less.
#
# usage: symbols.sh LIBRARY HEADER
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
case $1 in
*.a) set -- "$1" "$2" -g ;;
*) set -- "$1" "$2" -D ;;
esac
nm "$3" --defined-only "$1" | sed -n 's/.* T \([a-z_0-9]*\)\(@.*\)\{0,1\}$/\1/p' | sort >"$work/exported"
tr '\n' ' ' <"$2" | grep -o 'PRESSMARK_API [^;]*;' | grep -o 'pressmark_[a-z_]*(' | tr -d '(' |
    sort >"$work/declared"
diff "$work/declared" "$work/exported"
[ -s "$work/declared" ]
