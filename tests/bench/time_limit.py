"""How far the most expensive requests that we know of go beyond their time, in milliseconds:
least and most of some tries each.

usage: time_limit.py SEARCHER INDEX [MILLISECONDS [TRIES]]"""
import json
import random
import subprocess
import sys
import time

COMMON = ["the", "of", "to", "and", "in", "a", "said", "that", "for", "on"]


class Searcher:
    def __init__(self, program, index):
        self.process = subprocess.Popen([program, "-i", index, "--serve", "stdio"], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, method, **params):
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())["result"]


def requests(words, some_id):
    rng = random.Random(3)
    big = " ".join(rng.choice(words) for _ in range(60000))
    fields = ["source", "author", "section", "place", "person", "tag", "language"]
    every = {"exact_count": True}
    search = {
        "4,000 words": {"query": " ".join(words[:4000])},
        "4,000 words by OR": {"query": " OR ".join(words[:4000]), **every},
        "64 KB": {"query": big[:65000]},
        "beginnings and ends": {"query": " ".join(f"{c}* *{c}" for c in "abcdefghijklmnop"), **every},
        "middles": {"query": " ".join(f"*{a}*{b}*" for a in "aeiou" for b in "rstln"), **every},
        "edits": {"query": " ".join(w + "~2" for w in words[:400] if len(w) > 4)},
        "near": {"query": " w/9 ".join(f"({a} OR {b})" for a, b in zip(COMMON, COMMON[3:])), **every},
        "near, deep": {"query": " w/50 ".join(["(the OR of OR to OR and OR in OR a)"] * 12), **every},
        "sentences": {"query": " SENT ".join(["(the OR of OR to)"] * 8), **every},
        "not near": {"query": "the NOT w/3 of NOT w/3 to", **every},
        "50 times": {"query": "ATLEAST/50 (the OR of OR to OR and)", **every},
        "phrases": {"query": '"the of" "of the" "in the" "said that"~20', **every},
        "brackets": {"query": "(" * 90 + "the" + " OR of)" * 90, **every},
        "all fields": {"query": "the", "facets": fields, "timeline": "day"},
        "long hits": {"query": "NOT zzzz", **every, "limit": 1000, "snippet_chars": 10000},
        "explained": {"query": " ".join(words[:300]), "explain": True, "limit": 1000},
        "feedback": {"query": " ".join(words[:60]), "feedback": True, "recency": 30, **every},
        "newest": {"query": " OR ".join(words[:2000]), "sort": "newest", "limit": 1000},
        "far behind": {"query": "the", "offset": 100000, "limit": 1000},
        "unknown words": {"query": " ".join(w + "qzx" for w in words[:500])},
        "in quotations": {"query": " ".join(f"quote:{w} title:{w}" for w in COMMON), **every},
    }
    yield from ((name, "search", params) for name, params in search.items())
    yield "related to 400 KB", "related", {"text": big, "limit": 100}
    yield "related to 4 MB", "related", {"text": (big * 10)[:4000000], "limit": 100}
    yield "related to one", "related", {"id": some_id, "limit": 1000, "query": "NOT zzz"}
    yield "quotation", "verify_quote", {"text": " ".join(COMMON * 18)}
    yield "quotation of 200", "verify_quote", {"text": " ".join(words[:199])}
    yield "days", "timeline", {"query": " OR ".join(words[:3000]), "timeline": "day"}


def main():
    limit_ms = int((sys.argv[3:] or [50])[0])
    tries = int((sys.argv[4:] or [5])[0])
    searcher = Searcher(*sys.argv[1:3])
    hits = searcher.ask("search", query="the", limit=200, snippet_chars=10000)["hits"]
    words = sorted({w.strip(".,\"()'-;:").lower() for h in hits for w in h["snippet"].split()})
    words = [w for w in words if w.isalpha()]
    worst = 0
    for name, method, params in requests(words, hits[0]["id"]):
        over = []
        for _ in range(tries):
            answer = searcher.ask(method, time_ms=limit_ms, **params)
            over.append(answer["elapsed_ms"] - limit_ms)
        worst = max(worst, min(over))
        print(f"{name:20} {min(over):7.1f} {max(over):7.1f}")
    print(f"the worst of the least: {worst:.1f} ms beyond {limit_ms} ms")


main()
