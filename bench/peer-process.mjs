// A peer in a process of its own: it is asked one thing at a time, and stands still while others are measured.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

export class PeerProcess {
  #child;
  #lines;
  #errors = "";
  #started = performance.now();
  /** Seconds from the start of the process to its last answer. */
  age = 0;

  constructor([command, ...values], env = {}) {
    this.#child = spawn(command, values, { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, ...env } });
    this.#child.stderr.on("data", (text) => (this.#errors = `${this.#errors}${text}`.slice(-2000)));
    this.#child.stdin.on("error", () => {});
    this.#child.on("error", (error) => (this.#errors += error.message));
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** The answer to a question. Fails with what the process said. */
  async ask(measure, seconds = 0) {
    this.#child.kill("SIGCONT");
    this.#child.stdin.write(`${JSON.stringify({ measure, seconds })}\n`);
    const answer = await this.#answer();
    this.age = (performance.now() - this.#started) / 1000;
    this.#child.kill("SIGSTOP");
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  }

  /** The most memory that was ever resident, in bytes; undefined where the system does not say. */
  get peakMemory() {
    try {
      const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${this.#child.pid}/status`, "utf8"))?.[1];
      return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
    } catch {
      return undefined;
    }
  }

  async end() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined) return;
    const over = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await over;
  }

  /** The next line that is an answer; libraries may print others. */
  async #answer() {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(this.#reason());
      if (value.startsWith("{")) return JSON.parse(value);
    }
  }

  /** What it ended with: the last line that names an error, without what follows of it. */
  #reason() {
    const lines = this.#errors.trim().split("\n");
    const line = lines.findLast((text) => text.includes("Error:")) ?? lines.at(-1);
    return line ? line.slice(0, 200) : "it ended without an answer";
  }
}
