"""Keeps asking a server over HTTP while others treat it badly: as many connections as may be,
readers that do not read, requests that end in the middle, and random bytes. Its memory must
not grow (but for that of sanitizers, which keep what was freed).

usage: abuse.py SEARCHER INDEX [BAD_REQUESTS [SEED [sanitized]]]"""
import json
import random
import resource
import sys
import threading
import time

import servers

CONNECTIONS = 200
PARTS = [b"GET ", b"POST ", b"PUT ", b"/search?q=", b"/articles/", b"/related/", b"/", b"/read/",
         b"%", b"%00", b"%ff", b"..", b"&", b"=", b"limit=99999999999999999999", b" HTTP/1.1",
         b" HTTP/9.9", b"\r\n", b"\r\n\r\n", b"\n", b"Host: localhost", b"Host: ", b"Host:\r\n",
         b"Content-Length: 5", b"Content-Length: -1", b"Content-Length: 99999999999999999999",
         b"Transfer-Encoding: chunked", b"ffffffffffffffff\r\n", b"0\r\n\r\n", b"{\"query\":",
         b"[[[[[[[[", b"\x00", b"\xff\xfe", b"A" * 5000, b"Expect: 100-continue",
         b"Authorization: Basic ====", b"Origin: null", b"Connection: upgrade", b"Range: bytes=1-"]


def bad_request(rng):
    if rng.random() < .3:
        return bytes(rng.randrange(256) for _ in range(rng.randrange(1, 300)))
    good = bytearray(b"GET /search?q=ferry HTTP/1.1\r\nHost: localhost\r\n\r\n")
    if rng.random() < .4:
        for _ in range(rng.randrange(1, 6)):
            good[rng.randrange(len(good))] = rng.randrange(256)
        return bytes(good)
    return b"".join(rng.choice(PARTS) for _ in range(rng.randrange(1, 14)))


def send_bad(http, seed, count):
    rng = random.Random(seed)
    for _ in range(count):
        try:
            with http.socket(timeout=2) as client:
                client.sendall(bad_request(rng))
                if rng.random() < .5:
                    client.shutdown(1)
                    client.recv(1000)
        except OSError:
            pass


def wait_for_room(http):
    """Connections that were closed here may be open there for a moment."""
    for _ in range(100):
        try:
            return http.search("ferry")
        except (OSError, servers.http.client.HTTPException):
            time.sleep(.1)
    raise AssertionError("the server does not answer")


def hold(http):
    """Connections that send nothing, half a request, or do not read what they asked for."""
    sent = [b"", b"GET /search?q=fer", b"POST /search HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Length: 1000\r\n\r\n{", b"GET /search?q=the&limit=1000&snippet_chars=10000 "
            b"HTTP/1.1\r\nHost: localhost\r\n\r\n" * 20]
    clients = []
    for i in range(CONNECTIONS):
        client = http.socket()
        client.setsockopt(servers.socket.SOL_SOCKET, servers.socket.SO_RCVBUF, 4096)
        client.sendall(sent[i % len(sent)])
        clients.append(client)
    return clients


def main():
    searcher, index = sys.argv[1:3]
    count = int((sys.argv[3:] or [10000])[0])
    seed = int((sys.argv[4:] or [1])[0])
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    http = servers.Http(searcher, [index], "--timeout", "20")
    hits = servers.raw_hits(http.search("ferry"))
    held = hold(http)
    slowest, asked, ended = 0, 0, threading.Event()
    sizes = []

    def bad():
        for round_ in range(10):
            send_bad(http, seed + round_, count // 10)
            sizes.append(http.memory_kb())
        ended.set()
    thread = threading.Thread(target=bad)
    thread.start()
    connection = http.connect()
    while not ended.is_set() or asked < 100:
        start = time.monotonic()
        assert servers.raw_hits(http.search("ferry", connection)) == hits
        slowest = max(slowest, time.monotonic() - start)
        asked += 1
    thread.join()
    connection.close()
    for client in held:
        client.close()
    assert servers.raw_hits(wait_for_room(http)) == hits
    assert http.stop() == 0
    assert slowest < 15, f"an answer took {slowest:.1f} s"
    grown = sizes[-1] - sizes[4]  # buffers of all threads are warm by then
    assert grown < 8192 or sys.argv[5:], f"the memory grew: {sizes} KB"
    print(json.dumps({"bad_requests": count, "good_requests": asked,
                      "held_connections": CONNECTIONS, "slowest_ms": round(slowest * 1000),
                      "memory_kb": sizes}))


main()
