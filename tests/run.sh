#!/bin/sh
# The gate: installs what is missing, builds, runs every test. Everything is left under
# build/. Longer checks are listed in tests/README.md.
set -eu
cd "$(dirname "$0")/.."
sh common/install_packages.sh test
build() {
    [ -f "build/$1/build.ninja" ] || cmake --preset "$1"
    cmake --build --preset "$1"
}
build dev
ctest --preset dev -j 2
build asan
# the same tests under the sanitizers, but for those that measure or look at the sources
ASAN_OPTIONS=detect_leaks=1 ctest --preset asan -j 2 -LE 'source'
