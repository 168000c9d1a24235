#!/bin/sh
# Installs the build into a folder and uses it from there as others would: pkg-config,
# find_package, the README's C and Python examples, the header as C99 and as C++11.
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
export PKG_CONFIG_PATH="$libdir/pkgconfig" LD_LIBRARY_PATH="$libdir"
cd "$work"

example() { # the block of the README in a language
    sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/p" "$source/README.md" | sed '/^```/d'
}
ln -s "$index" news.index
example c >example.c
sed -i 's/coffee exports/ferry/' example.c
# shellcheck disable=SC2046 # flags are words
cc -std=c99 -Wall -Wextra -pedantic -Werror example.c \
    $(PKG_CONFIG_SYSROOT_DIR= pkg-config --define-variable=prefix="$work/usr" \
        --define-variable=libdir="$libdir" --define-variable=includedir="$work/usr/include" \
        --cflags --libs pressmark) -o example
./example >c.out
grep -qi ferry c.out

example python >example.py
sed -i 's/coffee exports/ferry/' example.py
python3 example.py >python.out
diff c.out python.out

printf '#include <pressmark.h>\n' >header.c
cp header.c header.cc
cc -std=c99 -Wall -Wextra -pedantic -Werror -I "$work/usr/include" -fsyntax-only header.c
c++ -std=c++11 -Wall -Wextra -pedantic -Werror -I "$work/usr/include" -fsyntax-only header.cc

mkdir user
cp example.c user/
cat >user/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.25)
project(User C)
find_package(Pressmark 0.1 REQUIRED)
add_executable(example example.c)
target_link_libraries(example PRIVATE Pressmark::pressmark)
END
cmake -G Ninja -S user -B user/build -DCMAKE_PREFIX_PATH="$work/usr" >/dev/null
cmake --build user/build >/dev/null
./user/build/example >cmake.out
diff c.out cmake.out
