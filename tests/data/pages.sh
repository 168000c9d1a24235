#!/bin/sh
# News pages that others collected, where they are at hand: the main text against the text
# that people marked (mean F1 of the word multisets), titles and dates against what the
# pages declare. Skips (77) without the data.
#
# usage: pages.sh INDEXER DATA   (DATA: see tests/README.md)
set -eu
indexer=$1
pages=$2/formats/html/article_extraction_benchmark
[ -d "$pages" ] || {
    echo "no pages at '$pages': set PRESSMARK_DATA"
    exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for page in "$pages"/*.html; do
    name=$(basename "$page" .html)
    "$indexer" -i "$work/ix" --progress none "$page" >"$work/log" 2>&1 || [ $? -eq 1 ]
    "$indexer" -i "$work/ix" --export jsonl >"$work/$name.jsonl"
    rm -rf "$work/ix"
done
python3 - "$work" "$pages" <<'END'
import html, json, re, sys
from collections import Counter
work, pages = sys.argv[1:]
words = lambda text: Counter(re.findall(r"\w+", text))

def f1(found, truth):
    found, truth = words(found), words(truth)
    common = sum((found & truth).values())
    return 2 * common / (sum(found.values()) + sum(truth.values())) if common else 0

def plain(text):
    return re.sub(r"\s+", " ", html.unescape(html.unescape(text))).strip()

def declared(page, *names):
    found = []
    for tag in re.findall(r"<meta[^>]*>", page):
        key = re.search(r'(?:property|name|itemprop)\s*=\s*["\']([^"\']*)', tag)
        value = re.search(r'content\s*=\s*"([^"]*)"', tag) or \
            re.search(r"content\s*=\s*'([^']*)'", tag)
        if key and value and key[1] in names and value[1].strip():
            found.append(plain(value[1]))
    return found

scores, titles, dates = [], [], []
truth = json.load(open(pages + "/ground-truth.json"))
for name, expected in truth.items():
    lines = open(f"{work}/{name}.jsonl").read().splitlines()
    article = json.loads(lines[0]) if lines else {}
    scores.append((f1(article.get("body", ""), expected["articleBody"]), name))
    page = open(f"{pages}/{name}.html", encoding="utf-8", errors="replace").read()
    title = plain(article.get("title", ""))
    named = declared(page, "og:title", "twitter:title") + \
        [plain(t) for t in re.findall(r'"headline"\s*:\s*"((?:[^"\\]|\\.)*)"', page)[:1]]
    if named:
        titles.append((bool(title) and any(t.startswith(title) for t in named), name))
    published = declared(page, "article:published_time", "datePublished") or \
        re.findall(r'"datePublished"\s*:\s*"(\d{4}-\d\d-\d\d[^"]*)', page)
    if published and re.match(r"[12]\d{3}-\d\d", published[0]):
        dates.append((article.get("date", "")[:7] == published[0][:7], name))

def share(marks):
    return sum(m[0] for m in marks) / len(marks)

print(f"main text: mean F1 {share(scores):.4f} of {len(scores)} pages; "
      f"titles right {share(titles):.3f} of {len(titles)}, dates {share(dates):.3f} of {len(dates)}")
for wrong in [s for s in scores if s[0] < .85] + [m for m in titles + dates if not m[0]]:
    print(*wrong)
if share(scores) < .965 or share(titles) < .97 or share(dates) < .97:
    sys.exit("less than .965, .97 and .97 are expected")
END
