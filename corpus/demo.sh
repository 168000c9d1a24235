#!/bin/sh
# From nothing to a searched index: installs what is missing, builds, indexes the articles
# of this folder and shows three searches. Everything is left under build/.
set -eu
cd "$(dirname "$0")/.."
sh common/install_packages.sh
mkdir -p build
echo "building ..."
{
    cmake --preset release -DPRESSMARK_TESTS=OFF &&
        cmake --build build/release --target pressmark-indexer pressmark-searcher
} >build/demo.log 2>&1 || {
    cat build/demo.log
    exit 1
}

index=build/demo.index
indexer=build/release/indexer/pressmark-indexer
searcher=build/release/searcher/pressmark-searcher

run() {
    printf '\n$'
    for word; do
        case $word in
        *[!A-Za-z0-9_./:=-]*) printf " '%s'" "$word" ;;
        *) printf ' %s' "$word" ;;
        esac
    done
    printf '\n'
    "$@" || [ $? -eq 1 ]
}

run $indexer -i $index corpus/articles
run $searcher -i $index -n 3 'ferry inquiry'
run $searcher -i $index -n 3 --sort newest '"state-of-the-art" OR chip'
run $searcher -i $index -n 3 --since 2024 'title:election source:"The Tarsk Courier"'

cat <<END

Try next:
  $searcher -i $index --serve http:127.0.0.1:8080   # and open that in a browser
  $searcher -i $index --explain drought
  $searcher -i $index -o json 'water AND NOT dam'
  $indexer -i my.index FOLDER-OR-FILE-OF-YOUR-ARTICLES
  $searcher -i my.index 'your words'
END
