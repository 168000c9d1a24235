#!/bin/sh
# Installs the Debian packages that are missing: those for building, and with the argument
# `test` those for testing. Needs root or sudo only when something is missing.
set -eu
packages="cmake g++ gcc libarchive-dev libdeflate-dev libgmime-3.0-dev libicu-dev libjansson-dev
    libmicrohttpd-dev libsimdjson-dev libxapian-dev libxml2-dev libxxhash-dev ninja-build
    pkg-config zlib1g-dev"
[ "${1:-}" != test ] || packages="$packages abigail-tools clang-format-14 libcmocka-dev python3
    python3-jsonschema xapian-tools"
missing=
for package in $packages; do
    dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q 'ok installed' ||
        missing="$missing $package"
done
[ -n "$missing" ] || exit 0
as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo
export DEBIAN_FRONTEND=noninteractive
echo "installing:$missing"
$as_root apt-get update -qq
# shellcheck disable=SC2086 # a list of words
$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
