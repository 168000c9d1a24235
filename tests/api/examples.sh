#!/bin/sh
# Builds and runs every example as a user would, with what pkg-config, CMake and the loader
# find: those of the README, of libpressmark(3) and of the folder of examples.
#
# usage: examples.sh README MANUAL EXAMPLES INDEX PREFIX   (in an empty folder)
# Of PREFIX (such as /usr) are the programs; the environment tells where the rest is.
set -eu
readme=$1
manual=$2
examples=$3
index=$4
prefix=$5
flags="-Wall -Wextra -pedantic -Werror"
ln -s "$index" news.index

block() { # the block of the README in a language
    sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/p" "$readme" | sed '/^```/d; s/coffee exports/ferry/'
}
# shellcheck disable=SC2046,SC2086 # flags are words
build() {
    cc -std=c99 $flags "$1.c" $(pkg-config --cflags --libs pressmark) -o "$1"
}

block c >readme.c
build readme
./readme >expected
grep -qi ferry expected
block python >readme.py
python3 readme.py | diff expected -

sed -n '/^\.Bd -literal/,/^\.Ed/p' "$manual" | sed '/^\./d; s/\\e/\\/g' >manual.c
build manual
./manual news.index ferry | grep -qi ferry

cp "$examples/search.c" .
build search
./search news.index ferry >search.out
grep -q '\[ferry\]' search.out
# shellcheck disable=SC2046,SC2086 # flags are words
c++ -std=c++11 $flags "$examples/related.cc" $(pkg-config --cflags --libs pressmark) -o related
./related news.index ferry | grep -c '^  ' | grep -qx 3
python3 "$examples/search.py" news.index ferry >python.out
[ "$(sed 's/^[0-9.]* //; s/ ([^)]*)$//' python.out)" = "$(cat expected)" ]
if command -v node >/dev/null; then
    PATH=$prefix/bin:$PATH node "$examples/search.mjs" news.index ferry | diff python.out -
fi

printf '#include <pressmark.h>\n' >header.c
cp header.c header.cc
# shellcheck disable=SC2046,SC2086 # flags are words
cc -std=c99 $flags $(pkg-config --cflags pressmark) -fsyntax-only header.c
# shellcheck disable=SC2046,SC2086 # flags are words
c++ -std=c++11 $flags $(pkg-config --cflags pressmark) -fsyntax-only header.cc

mkdir user
cp readme.c user/
cat >user/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.25)
project(User C)
find_package(Pressmark 0.1 REQUIRED)
add_executable(shared readme.c)
target_link_libraries(shared PRIVATE Pressmark::pressmark)
add_executable(static readme.c)
target_link_libraries(static PRIVATE Pressmark::pressmark_static)
END
cmake -S user -B user/build -DCMAKE_PREFIX_PATH="$prefix" >/dev/null
cmake --build user/build >build.log || { cat build.log; exit 1; }
./user/build/shared | diff expected -
env -u LD_LIBRARY_PATH ./user/build/static | diff expected -
