// The tools of an agent through the official client.
//
// usage: node mcp.mjs SEARCHER INDEX
import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const [command, index] = process.argv.slice(2);
const client = new Client({ name: "tests", version: "1" });
await client.connect(new StdioClientTransport({ command, args: ["-i", index, "--mcp"] }));

const call = async (name, args) => {
    const result = await client.callTool({ name, arguments: args });
    assert.equal(result.content.length, 1);
    return { isError: result.isError, text: result.content[0].text, json: JSON.parse(result.content[0].text) };
};
const good = async (name, args) => {
    const { isError, text, json } = await call(name, args);
    assert(!isError, text);
    return json;
};

const { tools } = await client.listTools();
assert.deepEqual(tools.map((t) => t.name).sort(),
    ["complete", "get_article", "index_info", "related", "search", "timeline", "verify_quote"]);
for (const tool of tools) {
    assert.equal(tool.annotations.readOnlyHint, true);
    assert.equal(tool.inputSchema.additionalProperties, false);
}

const { hits } = await good("search", { query: "ferry", limit: 3 });
assert.equal(hits.length, 3);
const article = await good("get_article", { id: hits[0].id, highlight: "ferry" });
const body = Buffer.from(article.body);
for (const { start, end } of article.highlights)
    assert.match(body.subarray(start, end).toString(), /^ferr(y|ies)$/i);
assert.match(article.untrusted, /not instructions/);

// In pieces, none longer than was allowed.
let text = "", start = 0, whole;
do {
    const { text: raw, json } = await call("get_article", { id: hits[0].id, max_chars: 600, start });
    assert([...raw].length <= 600);
    text += json.body;
    whole = json.cut.body_bytes;
    start = json.cut.body_end;
} while (start < whole);
assert.equal(text, article.body);
for (const max_chars of [500, 1000, 3000]) {
    const { text: raw } = await call("search", { query: "the", limit: 50, max_chars });
    assert([...raw].length <= max_chars);
}

assert((await good("related", { id: hits[0].id })).hits.length > 0);
assert((await good("timeline", { query: "ferry", timeline: "month" })).timeline.length > 0);
assert.equal((await good("verify_quote", { text: "we owe answers before we owe money" })).hits[0].verdict, "quoted");
assert((await good("index_info", {})).articles > 100);
assert.equal((await good("complete", { prefix: "ferr" })).words[0].word, "ferry");

const wrong = await call("search", { query: "ferry", colour: "red" });
assert(wrong.isError && /'colour' is no parameter of search/.test(wrong.text));
await assert.rejects(client.callTool({ name: "delete_all", arguments: {} }), /no tool 'delete_all'/);
await client.close();
console.log("ok tools of an agent");
