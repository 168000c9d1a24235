"""Starts the searcher in each way in which it stays, and asks it."""
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
import urllib.parse

DECODER = json.JSONDecoder()


def raw_hits(text):
    """The bytes of the list of hits in an answer."""
    start = text.index('"hits":') + len('"hits":')
    return text[start:DECODER.raw_decode(text, start)[1]]


class Http:
    def __init__(self, searcher, indexes, *options, address="127.0.0.1:0"):
        command = [searcher, *(x for i in indexes for x in ("-i", i))]
        self.process = subprocess.Popen(
            [*command, "--serve", "http:" + address, *options], stderr=subprocess.PIPE, text=True)
        line = self.process.stderr.readline()
        match = re.search(r"http://(.*):(\d+)/", line)
        assert match, line
        self.host, self.port = "127.0.0.1", int(match[2])

    def connect(self, timeout=20):
        return http.client.HTTPConnection(self.host, self.port, timeout=timeout)

    def socket(self, timeout=20):
        return socket.create_connection((self.host, self.port), timeout=timeout)

    def ask(self, path, method="GET", body=None, headers={}, connection=None):
        """Status, headers, text."""
        used = connection or self.connect()
        used.request(method, path, body, headers)
        response = used.getresponse()
        text = response.read().decode()
        if not connection:
            used.close()
        return response.status, response.headers, text

    def search(self, query, connection=None):
        path = "/search?" + urllib.parse.urlencode({"query": query})
        status, _, text = self.ask(path, connection=connection)
        assert status == 200, text
        return text

    def memory_kb(self):
        with open(f"/proc/{self.process.pid}/status") as facts:
            return int(re.search(r"VmRSS:\s+(\d+)", facts.read())[1])

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=20)
        self.process.stderr.close()
        return code


class Lines:
    """JSON-RPC, a message a line, over pipes or a socket."""

    def __init__(self, reading, writing, end):
        self.reading, self.writing, self.end, self.number = reading, writing, end, 0

    def ask(self, method, params):
        self.number += 1
        message = {"jsonrpc": "2.0", "id": self.number, "method": method, "params": params}
        self.writing.write(json.dumps(message) + "\n")
        self.writing.flush()
        return self.reading.readline()

    def search(self, query):
        return self.ask("search", {"query": query})


class Mcp(Lines):
    def search(self, query):
        arguments = {"query": query, "max_chars": 1000000}
        answer = json.loads(self.ask("tools/call", {"name": "search", "arguments": arguments}))
        return answer["result"]["content"][0]["text"]


def stdio(searcher, index, *options, kind=Lines):
    process = subprocess.Popen([searcher, "-i", index, *options], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)

    def end():
        process.stdin.close()
        code = process.wait(timeout=20)
        process.stdout.close()
        return code
    return kind(process.stdout, process.stdin, end)


def unix(searcher, index):
    folder = tempfile.TemporaryDirectory()
    path = os.path.join(folder.name, "socket")
    process = subprocess.Popen([searcher, "-i", index, "--serve", "unix:" + path])
    client = socket.socket(socket.AF_UNIX)
    for _ in range(200):
        try:
            client.connect(path)
            break
        except OSError:
            time.sleep(.05)
    reading, writing = client.makefile("r"), client.makefile("w")

    def end():
        for thing in (reading, writing, client):
            thing.close()
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=20)
        folder.cleanup()
        return code
    return Lines(reading, writing, end)
