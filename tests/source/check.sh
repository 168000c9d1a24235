#!/bin/sh
# What the sources promise: includes point one way, no banned function, formatted.
#
# usage: check.sh SOURCE
set -u
cd "$1" || exit 2
failed=0

# forbid FOLDER PATTERN...: no file there includes what a pattern matches
forbid() {
    folder=$1
    shift
    for pattern; do
        if grep -rnE "#include [<\"]$pattern" "$folder" --include='*.[ch]' --include='*.cc' \
            --include='*.hh'; then
            echo "  in $folder: must not include $pattern"
            failed=1
        fi
    done
}

files=$(find common indexer searcher tests -name '*.[ch]' -o -name '*.cc' -o -name '*.hh')
for file in common/*.h common/*.c; do
    grep -HnE '#include "common/(text|xapian|sealed|index|cli)/' "$file" && failed=1
done
forbid common indexer/ searcher/
forbid common/text common/xapian/ common/sealed/ common/index/ common/cli/
forbid common/sealed common/text/ common/xapian/ common/index/ common/cli/ unicode/
forbid common/index common/cli/
forbid common/cli common/text/ common/xapian/ common/sealed/ common/index/ unicode/
forbid indexer searcher/ 'unicode/'
forbid searcher indexer/
for folder in searcher/cli searcher/serve; do
    forbid $folder 'searcher/(query|match|present|internal)' 'common/[^c]' 'common/c[^l]'
done
forbid indexer/cli 'common/[^c]' 'common/c[^l]'
for folder in common/text common/sealed common/index common/cli indexer searcher; do
    forbid $folder 'xapian\.h'
done

# shellcheck disable=SC2086 # a list of files
if grep -nE '\b(strcpy|strcat|sprintf|gets|strtok|atoi|atol|atof|strncpy|sscanf|scanf|alloca|setjmp|longjmp|system)[ ]*\(' \
    $files; then
    echo "  banned functions"
    failed=1
fi
# shellcheck disable=SC2086
if grep -nE '\b(try|catch) *[{(]' $files | grep -Ev '^(common/xapian/guard|searcher/examples)'; then
    echo "  exceptions are caught in common/xapian/guard alone"
    failed=1
fi
# shellcheck disable=SC2086
if command -v clang-format-14 >/dev/null; then
    clang-format-14 --dry-run --Werror $files || failed=1
fi
for folder in common indexer searcher tests corpus; do
    [ -f $folder/README.md ] || { echo "  $folder has no README.md"; failed=1; }
done
exit $failed
