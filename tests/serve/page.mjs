// The search page in a browser: from the box to an article and back, with and without a
// script, by keys, on a phone, in the dark; and what axe-core says of it.
//
// usage: node page.mjs SEARCHER INDEX [FOLDER for screenshots]
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { serve } from "./server.mjs";

const [searcher, index, folder] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const server = await serve(searcher, index);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const desktop = { viewport: { width: 1200, height: 900 } };
const phone = { viewport: { width: 360, height: 740 } };
let shot = 0;

async function open(options) {
    const context = await browser.newContext({ ...desktop, ...options });
    const page = await context.newPage();
    page.on("console", (message) => assert.notEqual(message.type(), "error", message.text()));
    page.on("pageerror", (error) => assert.fail(error));
    page.on("dialog", (dialog) => assert.fail(dialog.message()));
    page.on("request", (request) => assert(
        request.url().startsWith(server.address) || request.url().startsWith("data:"),
        "asks another server: " + request.url()));
    return page;
}

async function look(page) {
    if (folder)
        await page.screenshot({ path: `${folder}/${++shot}.png` });
}

// axe-core cannot come through the page's own policy, so another world evaluates it.
async function check(page, what) {
    const session = await page.context().newCDPSession(page);
    const { frameTree } = await session.send("Page.getFrameTree");
    const { executionContextId } = await session.send("Page.createIsolatedWorld",
        { frameId: frameTree.frame.id, worldName: "axe" });
    const run = async (expression) => {
        const { result, exceptionDetails } = await session.send("Runtime.evaluate",
            { expression, contextId: executionContextId, awaitPromise: true, returnByValue: true });
        assert(!exceptionDetails, JSON.stringify(exceptionDetails));
        return result.value;
    };
    await run(axe + ";0");
    const faults = await run("axe.run(document).then((r) => r.violations.map((v) => " +
        "`${v.impact} ${v.id}: ${v.nodes.map((n) => n.html).join(' | ')}`))");
    assert.deepEqual(faults, [], what);
    await look(page);
}

async function fits(page, what) {
    const excess = await page.evaluate(() =>
        document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(excess, 0, what + " is wider than the screen");
}

async function searchAndRead() {
    const page = await open();
    await page.goto(server.address + "/");
    await check(page, "the first page");
    await page.keyboard.press("/");
    await page.keyboard.type("ferr");
    await page.locator("#words li").first().waitFor();
    await look(page);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    assert.equal(await page.inputValue("#q"), "ferry ");
    await page.keyboard.press("Enter");
    await page.locator(".hits li").first().waitFor();
    assert(await page.locator(".hits mark").count() > 0, "the words are marked");
    assert.equal(new URL(page.url()).search, "?q=ferry+", "only what was filled in is asked");
    await check(page, "the hits");

    await page.locator("#timeline svg a").last().click();
    assert.match(page.url(), /since=\d{4}-\d\d&until=\d{4}-\d\d/);
    await page.locator("text=Any time").click();
    const all = await page.locator("main h1").textContent();
    await page.locator(".facet li a").first().click();
    assert.match(await page.inputValue("#q"), /source:"/);
    await page.locator(".facet li.on a").first().click();
    assert.equal(await page.locator("main h1").textContent(), all);

    const results = page.url();
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    const title = await page.locator(".hits h2 a").first().textContent();
    await page.keyboard.press("Enter");
    await page.locator("article.full").waitFor();
    assert.equal(await page.locator("h1").textContent(), title);
    assert(await page.locator("article.full mark").count() > 0, "the words are marked");
    assert(await page.locator("#related li").count() > 0, "there are related articles");
    await check(page, "the article");
    await page.keyboard.press("u");
    await page.locator(".hits li").first().waitFor();
    assert.equal(page.url(), results.replace("q=ferry+", "q=ferry%20"));
}

async function reprints() {
    const page = await open();
    await page.goto(server.address + "/?q=grumbletide&since=2024&sort=oldest");
    await page.locator(".copies summary").click();
    await page.locator(".copies a").click();
    assert.match(await page.locator("#back").getAttribute("href"), /since=2024&sort=oldest/);
    assert.equal(await page.locator("#reprints li").count(), 1);
    await check(page, "an article with a reprint");
}

async function withoutScript() {
    const page = await open({ javaScriptEnabled: false });
    await page.goto(server.address + "/");
    await page.fill("#q", "ferry");
    await page.click("button");
    assert(await page.locator(".hits li").count() > 0);
    await page.locator(".hits h2 a").first().click();
    await page.locator("#back").click();
    assert(await page.locator(".hits li").count() > 0);
}

async function anyText() {
    const page = await open();
    const texts = ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'&amp;\\",
        "a&b=c#d", "date:nonsense", "ferri"];
    for (const text of texts) {
        await page.goto(server.address + "/");
        await page.fill("#q", text);
        await page.click("button");
        await page.locator("main h1").waitFor();
        assert.equal(await page.inputValue("#q"), text);
    }
    for (const odd of ["\"ferry", "ferry AND", "(ferry", "ferry OR strike"]) {
        await page.goto(server.address + "/?q=" + encodeURIComponent(odd));
        const count = await page.locator(".facet .count").first().textContent();
        await page.locator(".facet li a").first().click();
        assert.equal((await page.locator("main h1").textContent()).split(" ")[0], count, odd);
        await page.locator(".facet li.on a").first().waitFor();
    }
    await page.goto(server.address + "/?q=ferrry");
    await page.locator(".said a").click();
    assert(await page.locator(".hits li").count() > 0, "what was meant is found");
}

async function phoneInTheDark() {
    const page = await open({ ...phone, colorScheme: "dark", hasTouch: true });
    for (const path of ["/", "/?q=ferry", "/?q=the&since=2024"]) {
        await page.goto(server.address + path);
        await fits(page, path);
        await check(page, path + " on a phone in the dark");
    }
    await page.locator(".hits h2 a").first().tap();
    await page.locator("article.full").waitFor();
    await fits(page, "an article");
    await check(page, "an article on a phone in the dark");
}

try {
    for (const step of [searchAndRead, reprints, withoutScript, anyText, phoneInTheDark]) {
        await step();
        console.log("ok " + step.name);
    }
} finally {
    await browser.close();
    assert.equal(await server.stop(), 0, "the server stops as asked");
}
