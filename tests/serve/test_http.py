"""The service over HTTP: who may ask, what is refused and how, limits, the end.

usage: test_http.py SEARCHER INDEX"""
import base64
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse

from servers import Http

SEARCHER, INDEX = sys.argv[1:3]


class Served(unittest.TestCase):
    options = ()

    @classmethod
    def setUpClass(cls):
        cls.http = Http(SEARCHER, [INDEX], *cls.options)

    @classmethod
    def tearDownClass(cls):
        assert cls.http.stop() == 0

    def refused(self, status, message, path, *args, **more):
        got, headers, text = self.http.ask(path, *args, **more)
        self.assertEqual(got, status, text)
        error = json.loads(text)["error"]
        self.assertEqual(error["status"], status)
        self.assertIn(message, error["message"])
        return headers

    def answer(self, path, *args, **more):
        status, headers, text = self.http.ask(path, *args, **more)
        self.assertEqual(status, 200, text)
        self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
        self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
        return json.loads(text)


class Requests(Served):
    def test_parameters_are_those_of_the_methods(self):
        few = self.answer("/search?q=ferry&limit=2&no_snippet&facets=source,place&sort=newest")
        self.assertEqual(len(few["hits"]), 2)
        self.assertNotIn("snippet", few["hits"][0])
        self.assertEqual(sorted(few["facets"]), ["place", "source"])
        body = json.dumps({"query": "ferry", "limit": 2, "no_snippet": True,
                           "facets": ["source", "place"], "sort": "newest"})
        posted = self.answer("/search", "POST", body)
        self.assertEqual(posted["hits"], few["hits"])
        self.assertEqual(posted["facets"], few["facets"])

    def test_what_is_no_parameter_is_refused_by_name(self):
        self.refused(400, "'colour' is no parameter of search", "/search?q=a&colour=red")
        self.refused(400, "'limit' takes a whole number", "/search?q=a&limit=ten")
        self.refused(400, "'limit' takes a whole number", "/search?q=a&limit=1001")
        self.refused(400, "'sort' takes one of", "/search?q=a&sort=best")
        self.refused(400, "'facets' takes a list of", "/search?q=a&facets=colour")
        self.refused(400, "'explain' takes true or false", "/search?q=a&explain=maybe")
        self.refused(400, "'query' is there twice", "/search?q=a&query=b")
        self.refused(400, "'query' is not text in UTF-8", "/search?q=%FF")
        self.refused(400, "'facets' is not text in UTF-8", "/search?q=a&facets=%FF")
        self.refused(400, "'facets' takes a list of", "/search?q=a&facets=source%00,place")
        self.refused(400, "is no parameter", "/search?q%00z=a")
        self.refused(404, "no article", "/articles/tc-001%00z")
        self.refused(400, "'id' is in the path already", "/articles/tc-001?id=z")
        self.refused(400, "duplicate", "/search", "POST", '{"query":"a","query":"b"}')
        self.refused(400, "u0000", "/search", "POST", '{"query":"a\\u0000b"}')
        self.assertEqual(self.answer("/search?q=a%00b")["query"], "a\ufffdb")
        self.answer("/search?&q=ferry&&")
        self.refused(400, "'a\ufffd' is not text", "/search?a%FF=1")
        self.refused(400, "'prefix' is missing", "/complete")
        self.refused(400, "either id or text", "/related")
        self.refused(400, "'nonsense' is not a date", "/search?q=a&since=nonsense")
        self.refused(400, "no JSON", "/search", "POST", "{")
        self.refused(400, "no object", "/search", "POST", "[]")
        self.refused(400, "'query' takes a text", "/search", "POST", '{"query":1}')

    def test_paths_that_are_none(self):
        self.refused(404, "no such path", "/serch?q=a")
        self.refused(404, "no such path", "/articles/")
        self.refused(404, "no article with the id 'none'", "/articles/none")
        self.refused(404, "no article with the id 'none'", "/related/none")

    def test_methods_that_are_none(self):
        headers = self.refused(405, "does not take this method", "/search", "PUT", "{}")
        self.assertEqual(headers["Allow"], "GET, HEAD, POST")
        headers = self.refused(405, "does not take this method", "/index", "POST", "{}")
        self.assertEqual(headers["Allow"], "GET, HEAD")
        status, headers, text = self.http.ask("/search?q=ferry", "HEAD")
        self.assertEqual((status, text), (200, ""))

    def test_an_id_may_be_any_text(self):
        hit = self.answer("/search?q=ferry&limit=1")["hits"][0]
        article = self.answer("/articles/" + urllib.parse.quote(hit["id"], safe=""))
        self.assertEqual(article["title"], hit["title"])
        related = self.answer("/related/" + hit["id"] + "?limit=3")
        self.assertNotIn(hit["id"], [h["id"] for h in related["hits"]])
        marked = self.answer(f"/articles/{hit['id']}?highlight=ferry")
        body = marked["body"].encode()
        words = {body[h["start"]:h["end"]].decode().lower() for h in marked["highlights"]}
        self.assertTrue(words and words <= {"ferry", "ferries"}, words)

    def test_an_article_that_is_brought_along(self):
        text = "Ferry sinks\n\nA ferry sank off the island; seventeen passengers died."
        found = self.answer("/related", "POST", json.dumps({"text": text, "limit": 3}))
        self.assertEqual(len(found["hits"]), 3)

    def test_metrics_count(self):
        self.answer("/search?q=ferry")

        def searches():
            text = self.http.ask("/metrics")[2]
            lines = dict(line.rsplit(" ", 1) for line in text.splitlines() if line[0] != "#")
            return (int(lines.get('pressmark_requests_total{path="/search",status="2xx"}', 0)),
                    int(lines['pressmark_request_seconds_bucket{path="/search",le="+Inf"}']),
                    int(lines['pressmark_request_seconds_count{path="/search"}']))
        def settled(before):  # counted when the last byte is out
            while (now := searches()) != before or now[0] == 0:
                before = now
                time.sleep(.05)
            return now
        before = settled(None)
        self.answer("/search?q=ferry")
        for _ in range(100):
            if searches() != before:
                break
        self.assertEqual(searches(), tuple(n + 1 for n in before))

    def test_many_requests_at_once_have_their_own_answers(self):
        words = ["ferry", "election", "harbour", "court", "measles"]
        alone = {w: self.answer("/search?q=" + w)["hits"] for w in words}
        wrong = []

        def ask(word):
            connection = self.http.connect()
            for _ in range(20):
                text = self.http.ask("/search?q=" + word, connection=connection)[2]
                if json.loads(text)["hits"] != alone[word]:
                    wrong.append(word)
            connection.close()
        threads = [threading.Thread(target=ask, args=(w,)) for w in words * 4]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.assertEqual(wrong, [])


class Guard(Served):
    def test_names_of_others_are_refused(self):
        self.refused(403, "does not go by the name", "/search?q=a", headers={"Host": "evil.example"})
        self.refused(403, "does not go by the name", "/", headers={"Host": "127.0.0.1.evil.example"})
        for host in "localhost", "localhost:80", "127.0.0.1", "[::1]:80", "LOCALHOST":
            self.answer("/search?q=a", headers={"Host": host})

    def test_pages_of_others_are_refused(self):
        for origin in "http://evil.example", "null", "http://127.0.0.1", "file://":
            self.refused(403, "pages of other sites", "/search?q=a", headers={"Origin": origin})
        own = f"127.0.0.1:{self.http.port}"
        for scheme in "http", "https":
            self.answer("/search?q=a", headers={"Origin": f"{scheme}://{own}"})


    def test_what_a_page_of_others_makes_a_browser_send_is_refused(self):
        for site in "cross-site", "same-site":
            headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"}
            self.refused(403, "pages of other sites", "/search?q=a", headers=headers)
            self.assertEqual(self.http.ask("/?q=a", headers={**headers, "Sec-Fetch-Mode": "navigate"})[0], 200)
        for site in "same-origin", "none":
            self.answer("/search?q=a", headers={"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "cors"})

    def test_requests_that_a_proxy_may_read_otherwise_are_refused_and_end_the_connection(self):
        start = "POST /search HTTP/1.1\r\nHost: localhost\r\n"
        for more in ("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
                     "Content-Length: 2\r\nContent-Length: 30\r\n", "Host: evil.example\r\n",
                     "Transfer-Encoding: gzip\r\n", "Origin: null\r\nOrigin: http://localhost\r\n"):
            with self.http.socket() as client:
                client.settimeout(10)
                client.sendall((start + more + "\r\n{}GET /index HTTP/1.1\r\n\r\n").encode())
                answer = client.makefile("rb").read()
            self.assertTrue(answer.startswith(b"HTTP/1.1 400"), more)
            self.assertEqual(answer.count(b"HTTP/1.1"), 1, more)


class NamedHost(Served):
    options = ("--allow-host", "news.example", "--allow-host", "archive.example")

    def test_names_that_it_goes_by(self):
        for host in "news.example", "archive.example:8080", "localhost":
            self.answer("/search?q=a", headers={"Host": host})
        self.refused(403, "--allow-host", "/search?q=a", headers={"Host": "other.example"})


class Token(unittest.TestCase):
    token = "a token of some length"

    def setUp(self):
        with tempfile.NamedTemporaryFile("w", delete=False) as file:
            file.write(self.token + "\n")
        self.addCleanup(os.unlink, file.name)
        self.http = Http(SEARCHER, [INDEX], "--token-file", file.name, address="0.0.0.0:0")
        self.addCleanup(lambda: self.assertEqual(self.http.stop(), 0))

    def status(self, path="/search?q=a", authorization=None):
        headers = {"Authorization": authorization} if authorization else {}
        return self.http.ask(path, headers=headers)[0]

    def test_only_who_has_it_may_ask(self):
        basic = lambda text: "Basic " + base64.b64encode(text.encode()).decode()
        self.assertEqual(self.status(), 401)
        self.assertEqual(self.status("/"), 401)
        self.assertEqual(self.status("/openapi.json"), 401)
        self.assertEqual(self.status("/healthz"), 200)
        self.assertEqual(self.status(authorization="Bearer " + self.token), 200)
        self.assertEqual(self.status(authorization=basic("anybody:" + self.token)), 200)
        for wrong in "", self.token[:-1], self.token + "x", "x" * len(self.token):
            self.assertEqual(self.status(authorization="Bearer " + wrong), 401)
            self.assertEqual(self.status(authorization=basic("anybody:" + wrong)), 401)
        self.assertEqual(self.status(authorization="Basic !!!"), 401)
        self.assertEqual(self.status(authorization=self.token), 401)


class Starting(unittest.TestCase):
    def fails(self, message, *options):
        run = subprocess.run([SEARCHER, "-i", INDEX, *options], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True, timeout=20, check=False)
        self.assertEqual(run.returncode, 2)
        self.assertIn(message, run.stderr)

    def test_what_cannot_be_listened_on(self):
        self.fails("only ask with a token (--token-file)", "--serve", "http:0.0.0.0:0")
        self.fails("it is not HOST:PORT", "--serve", "http:8080")
        for address in ":8080", "127.0.0.1:65616", "127.0.0.1: 80", "127.0.0.1:http", "*:0", ":::1:0", "":
            self.fails("it is not HOST:PORT", "--serve", "http:" + address)
        for option in "--timeout", "--max-connections", "--max-query", "--max-body", "--time-limit":
            self.fails(option + " must be above 0", "--serve", "http:127.0.0.1:0", option, "0")
        self.fails("up to 4294967295", "--serve", "http:127.0.0.1:0", "--timeout", "5000000000")
        self.fails("are for --serve http", "--serve", "stdio", "--token-file", "/nowhere")
        self.fails("take no query", "--serve", "http:127.0.0.1:0", "ferry")
        self.fails("cannot listen on 'no.invalid:80'", "--serve", "http:no.invalid:80")
        with socket.create_server(("127.0.0.1", 0)) as used:
            self.fails("Address already in use", "--serve",
                       "http:127.0.0.1:%d" % used.getsockname()[1])
        with tempfile.NamedTemporaryFile("w") as file:
            self.fails("needs 16 to", "--serve", "http:127.0.0.1:0", "--token-file", file.name)
        self.fails("cannot read '/nowhere'", "--serve", "http:127.0.0.1:0", "--token-file", "/nowhere")

    def test_an_index_that_is_not_there(self):
        run = subprocess.run([SEARCHER, "-i", "/nowhere", "--serve", "http:127.0.0.1:0"],
                             stderr=subprocess.PIPE, text=True, timeout=20, check=False)
        self.assertEqual(run.returncode, 2)
        self.assertIn("/nowhere", run.stderr)


class Limits(Served):
    options = ("--max-query", "100", "--max-body", "2K", "--timeout", "1",
               "--max-connections", "8")

    def test_a_query_that_is_too_long(self):
        self.answer("/search?q=" + "a" * 100)
        self.refused(400, "'query' may have at most 100 bytes", "/search?q=" + "a" * 101)
        self.refused(400, "at most 100 bytes", "/search", "POST", json.dumps({"query": "a" * 101}))

    def test_a_body_that_is_too_long(self):
        text = json.dumps({"text": "a " * 900})
        self.answer("/related", "POST", text)
        self.refused(413, "--max-body", "/related", "POST", json.dumps({"text": "a " * 1100}))
        with self.http.socket() as client:  # it is not asked for, and then refused
            client.sendall(b"POST /search HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999\r\n"
                           b"Expect: 100-continue\r\n\r\n")
            self.assertTrue(client.recv(100).startswith(b"HTTP/1.1 413"))

    def dropped(self, client, send=b""):
        client.settimeout(10)
        start = time.monotonic()
        try:
            while True:
                if send:
                    client.send(send)
                    time.sleep(.1)
                elif not client.recv(65536):
                    break
        except OSError:
            pass
        return .5 < time.monotonic() - start < 8

    def test_a_client_that_sends_nothing_or_one_letter_at_a_time(self):
        with self.http.socket() as silent, self.http.socket() as slow:
            slow.send(b"GET /search?q=ferry HTTP/1.1\r\nHost: localhost\r\nX: ")
            self.assertTrue(self.dropped(slow, b"x"))
            self.assertTrue(self.dropped(silent) or True)  # went with the other
            silent.settimeout(1)
            self.assertEqual(silent.recv(1), b"")

    def test_more_connections_than_are_allowed(self):
        clients = [self.http.socket() for _ in range(20)]
        time.sleep(.2)
        for client in clients:
            client.close()
        for _ in range(50):
            try:
                self.answer("/search?q=ferry")
                return
            except OSError:
                time.sleep(.1)
        self.fail("the server does not answer again")


class Stopping(unittest.TestCase):
    def test_what_was_asked_is_answered(self):
        http = Http(SEARCHER, [INDEX])
        client = http.socket()
        body = json.dumps({"query": "ferry"})
        client.send(f"POST /search HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}"
                    f"\r\n\r\n{body}".encode())
        first = client.recv(12)
        self.assertEqual(http.stop(), 0)
        rest = client.makefile("rb").read()
        client.close()
        self.assertEqual(first, b"HTTP/1.1 200")
        self.assertTrue(rest.endswith(b"}\n"))

    def test_who_comes_later_is_refused(self):
        http = Http(SEARCHER, [INDEX], "--timeout", "2")
        with http.socket() as waiting:
            waiting.sendall(b"POST /search HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20\r\n\r\n{")
            time.sleep(.3)
            http.process.send_signal(signal.SIGTERM)
            time.sleep(.3)
            with self.assertRaises(ConnectionRefusedError):
                http.socket()
            waiting.sendall(b'"query":"ferry"   }')
            self.assertTrue(waiting.makefile("rb").read().startswith(b"HTTP/1.1 200"))
        self.assertEqual(http.stop(), 0)

    def test_an_idle_connection_does_not_keep_it(self):
        http = Http(SEARCHER, [INDEX])
        with http.socket():
            connection = http.connect()
            http.ask("/search?q=a", connection=connection)
            start = time.monotonic()
            self.assertEqual(http.stop(), 0)
            self.assertLess(time.monotonic() - start, 3)
            connection.close()


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
