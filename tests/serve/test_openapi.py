"""The description of the service is true: what it describes is there and answers so, and
what is there is described.

usage: test_openapi.py SEARCHER INDEX"""
import json
import sys
import unittest
import urllib.parse

import jsonschema

from servers import Http

SEARCHER, INDEX = sys.argv[1:3]

# For each parameter a value that can be.
VALUES = {
    "query": "ferry", "text": "we owe answers before we owe money", "prefix": "fer",
    "highlight": "ferry", "limit": 5, "offset": 1, "sort": "newest", "since": "2023",
    "until": "2025", "now": "2025-06-01", "language": "en", "dialect": "factiva",
    "recency": 30, "feedback": True, "no_variants": True, "collapse": "none",
    "exact_count": True, "explain": True, "no_snippet": True, "snippet_chars": 80,
    "facets": ["source", "place"], "facet_limit": 3, "timeline": "month", "time_ms": 5000,
}


def closed(schema):
    """The same, but for what it does not describe."""
    if isinstance(schema, list):
        return [closed(s) for s in schema]
    if not isinstance(schema, dict):
        return schema
    copy = {key: closed(value) for key, value in schema.items()}
    if copy.get("type") == "object" and "properties" in copy:
        copy.setdefault("additionalProperties", False)
    return copy


class Description(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.http = Http(SEARCHER, [INDEX])
        cls.api = closed(json.loads(cls.http.ask("/openapi.json")[2]))
        cls.id = json.loads(cls.http.search("ferry"))["hits"][0]["id"]
        cls.seen = set()

    @classmethod
    def tearDownClass(cls):
        assert cls.http.stop() == 0

    def ask(self, path, method, params, operation):
        if method == "post":
            status, headers, text = self.http.ask(path, "POST", json.dumps(params))
        else:
            flat = {k: ",".join(v) if isinstance(v, list) else str(v).lower()
                    if isinstance(v, bool) else v for k, v in params.items()}
            url = path.replace("{id}", urllib.parse.quote(self.id))
            status, headers, text = self.http.ask(url + "?" + urllib.parse.urlencode(flat))
        self.assertEqual(status, 200, (path, params, text))
        content = operation["responses"]["200"]["content"]
        schema = content.get(headers["Content-Type"], {}).get("schema")
        if "application/json" in content:
            self.validate(json.loads(text), schema)

    def validate(self, answer, schema):
        resolver = jsonschema.RefResolver("", self.api)
        jsonschema.Draft202012Validator(schema, resolver=resolver).validate(answer)
        self.see(answer, schema)

    def see(self, answer, schema):
        """Notes which described members did come."""
        name = schema.get("$ref", "").rsplit("/", 1)[-1]
        if name:
            schema = self.api["components"]["schemas"][name]
        if isinstance(answer, list):
            for one in answer:
                self.see(one, schema.get("items", {}))
        elif isinstance(answer, dict):
            for key, value in answer.items():
                self.seen.add((name, key))
                self.see(value, schema.get("properties", {}).get(key, {}))

    def params_of(self, operation):
        if "requestBody" in operation:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            return {name: (one, name in schema.get("required", []))
                    for name, one in schema["properties"].items()}
        return {p["name"]: (p["schema"], p["required"]) for p in operation["parameters"]
                if p["in"] == "query"}

    def test_every_operation_with_every_parameter(self):
        self.assertEqual(self.api["openapi"], "3.1.0")
        for path, item in self.api["paths"].items():
            for method, operation in item.items():
                params = self.params_of(operation)
                needed = {n: VALUES[n] for n, (_, required) in params.items() if required}
                if path == "/related":
                    needed["text"] = VALUES["text"]
                names = [n for n in params if n not in ("id", "text")]
                self.ask(path, method, needed, operation)
                for name in names:
                    self.ask(path, method, {**needed, name: VALUES[name]}, operation)
                both = {**needed, **{n: VALUES[n] for n in names}}
                self.ask(path, method, {**both, "no_snippet": False} if "no_snippet" in both
                         else both, operation)
                for name, (schema, _) in params.items():
                    jsonschema.Draft202012Validator.check_schema(schema)
                    if name in VALUES:
                        jsonschema.validate(VALUES[name], schema)

    def test_failures_are_as_described(self):
        for path in "/search?limit=x", "/articles/none", "/nowhere":
            answer = json.loads(self.http.ask(path)[2])
            self.validate(answer, {"$ref": "#/components/schemas/Error"})

    def test_what_is_there_is_described(self):
        text = self.http.ask("/metrics")[2]
        served = {line.split('"')[1] for line in text.splitlines()
                  if line.startswith("pressmark_request_seconds_count")}
        described = {path.replace("{id}", "") for path in self.api["paths"]}
        self.assertEqual(served - described, {"/", "/read/", "/page.css", "/page.js", "other"} & served)
        self.assertEqual(described - served, set())

    def test_z_members_that_were_described_came(self):
        schemas = self.api["components"]["schemas"]
        members = {(name, key) for name in ("Results", "Words", "Index", "Error", "Health", "Hit")
                   for key in schemas[name]["properties"]}
        rare = {("Hit", "linked"), ("Results", "suggestion"), ("Results", "variants"),
                ("Hit", "copy_ids"), ("Results", "copy_ids")}
        self.assertEqual(members - self.seen - rare, set())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
