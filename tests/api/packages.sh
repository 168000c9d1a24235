#!/bin/sh
# Makes the Debian packages, installs them on a bare Debian 12 in a folder, without the
# source, and uses them there: programs, examples, find_package, completions, manual pages.
# Needs root, debootstrap and the network; takes some minutes.
#
# usage: packages.sh FOLDER [MIRROR]   (FOLDER is made, and left for a look)
set -eu
source=$(realpath "$(dirname "$0")/../..")
root=$1
cd "$source"
sh common/install_packages.sh
[ -f build/release/build.ninja ] || cmake --preset release -DPRESSMARK_TESTS=OFF
cmake --build --preset release
cpack --preset release
[ -x "$root/usr/bin/apt-get" ] || debootstrap --variant=minbase bookworm "$root" ${2:+"$2"}
mkdir -p "$root/packages" "$root/try"
cp build/release/packages/*.deb "$root/packages/"
cp README.md searcher/libpressmark.3 tests/api/examples.sh "$root/try/"
cp -r corpus/articles "$root/try/"
cp /etc/resolv.conf "$root/etc/" 2>/dev/null || true
chroot "$root" sh -eu <<'END'
export DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin
apt-get update -qq
apt-get install -y -qq --no-install-recommends /packages/pressmark_*.deb /packages/libpressmark0_*.deb
cd /try
rm -rf user index
pressmark-indexer -i index --progress none articles
pressmark-searcher -i index 'ferry disaster' -n 1 | grep -q ferry
apt-get install -y -qq --no-install-recommends /packages/*.deb g++ cmake make pkg-config python3 \
    man-db bash-completion >/dev/null
mkdir user
cd user
sh ../examples.sh ../README.md ../libpressmark.3 /usr/share/doc/libpressmark-dev/examples \
    /try/index /usr
ls /usr/share/man/man1/pressmark-indexer.1* /usr/share/man/man1/pressmark-searcher.1* \
    /usr/share/man/man3/libpressmark.3* /usr/share/man/man5/pressmark-index.5* \
    /usr/share/man/man7/pressmark-query.7* >/dev/null
apt-get purge -y -qq pressmark libpressmark0 libpressmark-dev >/dev/null
[ -z "$(find / -xdev -name '*pressmark*' -not -path '/packages/*' -not -path '/try/*' \
    -not -path '/proc/*' -not -path '/var/*')" ]
END
echo "the packages work on a bare Debian 12"
