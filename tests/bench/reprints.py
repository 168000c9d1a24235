#!/usr/bin/env python3
"""Precision and recall of reprints against the exact Jaccard of three-word shingles.

usage: reprints.py SEARCHER INDEX ARTICLES.jsonl [QUERY]

QUERY finds all articles of the index (`date:1800..2100` unless said). Pairs that are one
hit are compared with all pairs of bodies that have 0.8 or more of their shingles in
common. Words are told by a pattern, which is not quite what the index does: pairs at the
border may differ, and are counted apart (from 0.75 to 0.85).
"""
import collections
import json
import re
import subprocess
import sys

searcher, index, path = sys.argv[1:4]
query = sys.argv[4] if len(sys.argv) > 4 else "date:1800..2100"
word = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+(?:['’][^\W_]+)*")
texts, having = {}, collections.defaultdict(list)
with open(path, encoding="utf-8") as lines:
    for article in map(json.loads, lines):
        words = word.findall(article.get("body", "").lower())
        texts[article["id"]] = set(zip(words, words[1:], words[2:]))


def similarity(a, b):
    shared = len(texts[a] & texts[b])
    return shared / (len(texts[a]) + len(texts[b]) - shared) if shared else 0


exact = {}
for i, shingles in texts.items():
    if len(shingles) < 8:
        continue
    # two sets that are so alike share one of any fifth (and one more) of either's members
    rarest = sorted(shingles, key=hash)[: len(shingles) // 5 + 1]
    for other in {o for s in rarest for o in having[s]}:
        alike = similarity(i, other)
        if alike >= 0.7:
            exact[tuple(sorted((i, other)))] = alike
    for s in shingles:
        having[s].append(i)

answer = json.loads(subprocess.run(
    [searcher, "-i", index, "--all", "--no-snippet", "-o", "json", query],
    capture_output=True, text=True, check=True).stdout)
found = set()
for hit in answer["hits"]:
    group = sorted([hit["id"], *hit.get("copy_ids", [])])
    found |= {(a, b) for k, a in enumerate(group) for b in group[k + 1:]}
for name, least in (("all", 0.8), ("0.85 and more", 0.85)):
    pairs = {p for p, alike in exact.items() if alike >= least}
    print(f"{name}: {len(pairs)} pairs, recall {len(pairs & found) / len(pairs):.4f}")
good = sum(exact.get(p, 0) >= 0.8 for p in found)
near = sum(exact.get(p, 0) >= 0.75 for p in found)
print(f"{len(found)} found, precision {good / len(found):.4f}, of 0.75 and more {near / len(found):.4f}")
