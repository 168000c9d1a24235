#!/bin/sh
# Installs the build into a folder and uses it from there as others would.
#
# usage: install.sh BUILD SOURCE INDEX
set -eu
build=$1
source=$2
index=$(realpath "$3")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --install "$build" --prefix "$work/usr" >/dev/null
libdir=$(dirname "$(find "$work/usr" -name 'libpressmark.so')")
export PKG_CONFIG_PATH="$libdir/pkgconfig" LD_LIBRARY_PATH="$libdir" CMAKE_GENERATOR=Ninja
mkdir "$work/user"
cd "$work/user"
sh "$source/tests/api/examples.sh" "$source/README.md" "$source/searcher/libpressmark.3" \
    "$work/usr/share/doc/libpressmark-dev/examples" "$index" "$work/usr"
