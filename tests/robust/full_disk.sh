#!/bin/sh
# A disk that is full: a clear message, exit 2, the index as of the last commit, and it goes
# on when there is room. Needs to be root for a small tmpfs; skips (77) otherwise.
#
# usage: full_disk.sh INDEXER CORPUS [SIZE...]   (sizes of the disk: 128k 300k 700k 1500k)
set -eu
indexer=$1
corpus=$2
shift 2
[ $# -gt 0 ] || set -- 128k 300k 700k 1500k
work=$(mktemp -d)
trap 'umount "$work/disk" 2>/dev/null || true; rm -rf "$work"' EXIT
mkdir "$work/disk"
mount -t tmpfs -o size=64k none "$work/disk" 2>/dev/null || exit 77
for size; do
    mount -o remount,size=$size "$work/disk"
    code=0
    "$indexer" -i "$work/disk/index" "$corpus" >"$work/out" 2>"$work/err" || code=$?
    if [ $code -ne 2 ] || ! grep -q "No space left" "$work/err"; then
        echo "at $size: exit code $code"
        cat "$work/err"
        exit 1
    fi
    if [ -f "$work/disk/index/manifest.json" ]; then
        "$indexer" -i "$work/disk/index" --check
    fi
done
mount -o remount,size=64m "$work/disk"
"$indexer" -i "$work/disk/index" --json "$corpus" >"$work/out"
grep -q '"articles":192' "$work/out"
"$indexer" -i "$work/disk/index" --check
