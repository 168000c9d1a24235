#!/usr/bin/env python3
"""Share of related articles that have a topic in common with the article.

usage: related.py SEARCHER INDEX ARTICLES.jsonl [COUNT]

ARTICLES.jsonl is what the index was built from; articles need `topics`. Of COUNT (500)
random ones, the first ten related articles are looked at. Printed are the share of those
that have topics at all, and the mean over the articles.
"""
import json
import random
import subprocess
import sys

searcher, index, path = sys.argv[1:4]
count = int(sys.argv[4]) if len(sys.argv) > 4 else 500
topics = {}
with open(path, encoding="utf-8") as lines:
    for article in map(json.loads, lines):
        topics[article["id"]] = set(article.get("topics") or [])
random.seed(7)
chosen = random.sample(sorted(i for i, t in topics.items() if t), count)
good = looked_at = 0
means = []
for i in chosen:
    answer = subprocess.run([searcher, "-i", index, "--related", i, "-o", "ids"],
                            capture_output=True, text=True, check=False).stdout.split()
    shared = [bool(topics[i] & topics[x]) for x in answer if topics[x]]
    good += sum(shared)
    looked_at += len(shared)
    if shared:
        means.append(sum(shared) / len(shared))
print(f"{good / looked_at:.3f} of {looked_at}, mean {sum(means) / len(means):.3f}")
