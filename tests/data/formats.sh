#!/bin/sh
# Samples of the formats that others wrote, where they are at hand: as many articles as
# they have, with their titles, dates and texts. Skips (77) without the data.
#
# usage: formats.sh INDEXER DATA   (DATA: see tests/README.md)
set -eu
indexer=$1
data=$2
[ -d "$data/formats" ] && [ -d "$data/reuters/sgm" ] || {
    echo "no samples at '$data': set PRESSMARK_DATA"
    exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# sample FORMAT FILE ARTICLES REJECTED ID TITLE [OPTION...]
sample() {
    format=$1 file=$data/formats/$2 articles=$3 rejected=$4 id=$5 title=$6
    shift 6
    rm -rf "$work/ix"
    "$indexer" -i "$work/ix" -f "$format" --json "$@" "$file" >"$work/summary" 2>"$work/log" ||
        [ $? -eq 1 ]
    "$indexer" -i "$work/ix" --export jsonl >"$work/articles"
    python3 - "$work" "$articles" "$rejected" "$id" "$title" "$file" <<'END'
import json, sys
work, articles, rejected, id, title, file = sys.argv[1:]
summary = json.load(open(work + "/summary"))
got = {}
for line in open(work + "/articles"):
    article = json.loads(line)
    got[article["id"].rpartition("/")[2]] = article
found = got.get(id, {}).get("title")
if (summary["added"], summary["rejected"], found) != (int(articles), int(rejected), title or None):
    sys.exit(f"{file}: {summary['added']} articles, {summary['rejected']} rejected, "
             f"title of {id}: {found!r}; expected {articles}, {rejected}, {title!r}")
END
}
trec=trec_sgml/anserini_trec
sample auto ${trec}_collection3_trec1 2 0 TREC_DOC_1.00001 'This is head'
sample auto ${trec}_collection2_trec2 1 0 WSJ_1 'head text'
sample auto ${trec}_collection1_segment1.txt 2 0 AP-0001 'This is headline and should be included'
sample trec trec_sgml/anserini_trecweb_collection1_segment1.txt 2 1 WEB-0003 ''
sample auto trec_sgml/ieer_APW_19980314.sgm 23 0 APW19980314.0391 'Kenyans protest tax hikes'
sample auto trec_sgml/ieer_NYT_19980403.sgm 23 0 NYT19980403.0453 "CREDIT WARNING BY MOODY'S ON JAPANESE BONDS"
sample csv csv/ag_news_test.csv 46 0 ag_news_test.csv#1 'Fears for T N pension after talks' \
    --map section=1 --map title=2 --map body=3
feeds=feeds/feedparser_tests/wellformed
sample auto $feeds/atom10/entry_content_text_plain_brackets.xml 1 0 entry_content_text_plain_brackets.xml#1 ''
sample auto $feeds/amp/amp33.xml 1 0 amp33.xml#1 '&'
sample auto mbox/default.mbox 52 0 1258498485-sup-142@elly '[notmuch] New to the list'
sample auto nitf/nyt_nyt_collection1_segment1.xml 1 0 12345678 'Article Title'
sample auto newsml/examples/LISTING_2_NewsML-G2_Text_Document.xml 1 0 \
    urn:newsml:acmenews.com:20161121:US-FINANCE-FED 'Fed to halt QE to avert "bubble"'
pages=html/readability
sample auto $pages/ars-1/source.html 1 0 '' \
    'Just-released Minecraft exploit makes it easy to crash game servers'
sample auto warc/anserini_cw09_collection1_segment1.warc.gz 1 0 '' ''
sample auto warc/anserini_commoncrawlnewsen_collection1_segment1.warc.gz 1 0 ccnewsen ''
sample auto warc/anserini_commoncrawl_wet_collection1_segment1.warc.wet.gz 1 0 www.commoncrawl.test.com ''
sample auto warc/warcio/example.warc.gz 1 0 '' 'Example Domain'
sample auto warc/warcio/example-iana.org-chunked.warc 1 0 '' 'Internet Assigned Numbers Authority'
sample auto warc/warcio/example-wrong-chunks.warc.gz 1 0 '' 'Example Domain'
sample auto warc/warcio/post-test.warc.gz 0 0 '' ''
sample auto mediawiki/enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2 106 0 Alkali_metal 'Alkali metal'
sample auto mediawiki/enwiki-table-markup.xml 5 0 'Constructive vote of no confidence' 'Constructive vote of no confidence'

# Reuters-21578 as its distributors marked it up, against what others made of it.
"$indexer" -i "$work/reuters" --progress none "$data/reuters/sgm" >"$work/log" 2>&1 || [ $? -eq 1 ]
"$indexer" -i "$work/reuters" --export jsonl >"$work/articles"
python3 - "$work/articles" "$data/reuters/docs.jsonl.gz" <<'END'
import gzip, json, sys
got = {a["id"]: a for a in map(json.loads, open(sys.argv[1]))}
others = 0
for line in gzip.open(sys.argv[2]):
    want = json.loads(line)
    article = got[want["id"]]
    plain = lambda text: " ".join((text or "").split())
    same = all(plain(article.get(k)) == plain(want.get(k)) for k in ("title", "body"))
    same &= article.get("date", "")[:10] == want["date"]
    same &= all(article.get(k, []) == want.get(k, []) for k in ("topics", "places"))
    others += not same
if len(got) != 21577 or others > 1:
    sys.exit(f"{len(got)} articles of Reuters, {others} of them other than expected")
END
