// Searches an index through the program, which stays and answers one request a line.
//
// usage: node search.mjs INDEX QUERY
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

class Archive {
    #program;
    #waiting = new Map();
    #last = 0;

    constructor(index, program = "pressmark-searcher") {
        this.#program = spawn(program, ["-i", index, "--serve", "stdio"],
            { stdio: ["pipe", "pipe", "inherit"] });
        createInterface({ input: this.#program.stdout }).on("line", (line) => {
            const { id, result, error } = JSON.parse(line);
            const { resolve, reject } = this.#waiting.get(id);
            this.#waiting.delete(id);
            error ? reject(new Error(error.message)) : resolve(result);
        });
    }

    // Methods and parameters: pressmark-searcher(1), --serve.
    ask(method, params) {
        const id = ++this.#last;
        this.#program.stdin.write(JSON.stringify({ jsonrpc: "2.0", id, method, params }) + "\n");
        return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    }

    close() {
        this.#program.stdin.end();
    }
}

const [index, query] = process.argv.slice(2);
const archive = new Archive(index);
const { hits } = await archive.ask("search", { query });
for (const hit of hits)
    console.log(`${hit.score.toFixed(2)} ${hit.title} (${hit.date ?? ""})`);
archive.close();
