// A searcher over HTTP, for tests: its address, and how to stop it.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export async function serve(searcher, index, ...options) {
    const child = spawn(searcher, ["-i", index, "--serve", "http:127.0.0.1:0", ...options],
        { stdio: ["ignore", "inherit", "pipe"] });
    const lines = createInterface({ input: child.stderr });
    const address = await new Promise((found, failed) => {
        lines.on("line", (line) => {
            const match = /listening on (http:\S+)\/$/.exec(line);
            match ? found(match[1]) : console.error(line);
        });
        child.on("exit", (code) => failed(new Error("the server ended with " + code)));
    });
    const stop = () => new Promise((ended) => {
        child.removeAllListeners("exit");
        child.on("exit", ended);
        child.kill("SIGTERM");
    });
    return { address, stop };
}
