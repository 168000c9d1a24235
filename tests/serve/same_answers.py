"""Every way of asking gives the same bytes: the library, the program, JSON-RPC over standard
input and over a socket, HTTP, and an agent's tool.

usage: same_answers.py SEARCHER LIBRARY_HITS INDEX [QUERIES]"""
import json
import random
import subprocess
import sys

import servers

SEED = 5


def queries_from(searcher, index, count):
    """Queries of words, phrases, operators and filters, made of the index's own articles."""
    rng = random.Random(SEED)
    text = subprocess.run([searcher, "-i", index, "--all", "-o", "jsonl", "since:1900 OR NOT zzz"],
                          stdout=subprocess.PIPE, check=False, text=True).stdout
    snippets = [json.loads(line).get("snippet", "") for line in text.splitlines()]
    words = sorted({w.strip(".,\"()'-;:") for s in snippets for w in s.split()} - {""})
    assert len(words) > 100, "the index has no words"
    pick = lambda: rng.choice(words)
    forms = [
        pick,
        lambda: f"{pick()} {pick()}",
        lambda: f"{pick()} {pick()} {pick()} {pick()}",
        lambda: " ".join(rng.choice([s for s in snippets if s]).split()[2:8]),
        lambda: '"' + " ".join(rng.choice([s for s in snippets if s]).split()[3:5]) + '"',
        lambda: f"+{pick()} -{pick()} {pick()}",
        lambda: f"{pick()[:3]}* {pick()}~",
        lambda: f"title:{pick()} OR ({pick()} w/8 {pick()})",
        lambda: f"{pick()} since:2024 until:2025-06",
        lambda: f"\u00e9\u00df {pick()} \"unclosed ({pick()}",
    ]
    return [forms[i % len(forms)]() for i in range(count)]


def main():
    searcher, library, index = sys.argv[1:4]
    queries = queries_from(searcher, index, int((sys.argv[4:] or [500])[0]))
    lines = subprocess.run([library, index], input="\n".join(queries) + "\n", text=True,
                           stdout=subprocess.PIPE, check=True).stdout.splitlines()
    program = subprocess.run([searcher, "-i", index, "--batch", "-", "-o", "json"], text=True,
                             input="".join(f"q\t{q}\n" for q in queries),
                             stdout=subprocess.PIPE, check=False).stdout.splitlines()
    http = servers.Http(searcher, [index])
    connection = http.connect()
    asked = {
        "stdio": servers.stdio(searcher, index, "--serve", "stdio"),
        "unix": servers.unix(searcher, index),
        "mcp": servers.stdio(searcher, index, "--mcp", kind=servers.Mcp),
    }
    assert len(lines) == len(program) == len(queries)
    found = 0
    for query, line, text in zip(queries, lines, program):
        hits = servers.raw_hits(text)
        found += hits != "[]"
        own = [[h["id"], h["score"], h["snippet"]] for h in json.loads(hits)]
        assert json.loads(line) == own, f"the library: {query}"
        assert servers.raw_hits(http.search(query, connection)) == hits, f"http: {query}"
        for name, way in asked.items():
            assert servers.raw_hits(way.search(query)) == hits, f"{name}: {query}"
    connection.close()
    codes = [http.stop()] + [way.end() for way in asked.values()]
    assert codes == [0] * len(codes), codes
    assert found > len(queries) / 2, f"only {found} queries find anything"
    print(f"{len(queries)} queries, {found} of them find something: the same in six ways")


main()
