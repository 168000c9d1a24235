#!/bin/sh
# Reads each file of the fuzzers' corpora as they did.
#
# usage: replay.sh FUZZ_INPUT CORPUS   (CORPUS: a folder for each format)
set -eu
for folder in "$2"/*/; do
    "$1" "$(basename "$folder")" "$folder"*
done
