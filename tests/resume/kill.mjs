/**
 * Kills a training run with SIGKILL at random moments, resumes it each time, and compares what comes out with a run that was left
 * alone: node tests/resume/kill.mjs [KILLS] [SEED]. Needs a build. Leaves what was counted in results.json.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeData } from "./data.mjs";

const [wanted = 50, seed = 1] = process.argv.slice(2).map(Number);
const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const { CheckpointFolder } = await import("../../dist/runs/index.js");
const root = mkdtempSync(join(tmpdir(), "onward-kill-"));

/** Runs the command line, and kills it after some milliseconds; the exit code, or null when it was killed. */
function onward(args, killAfter) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
    let error = "";
    child.stderr.on("data", (text) => (error += text));
    const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfter);
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      if (code !== 0 && code !== null) reject(new Error(`exit code ${code}: ${error}`));
      else resolve(code);
    });
  });
}

/** A generator of numbers in [0, 1), so that a failure can be repeated. */
let state = seed >>> 0;
function random() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}

const reports = (folder) =>
  readFileSync(join(root, folder, "reports.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.replace(/"seconds":[^,}]*,"waitSeconds":[^,}]*,"samplesPerSecond":[^,}]*/, ""));

await writeData(root);
const train = ["train", "--config", "config.yaml"];
const began = performance.now();
await onward([...train, "--out", "whole"]);
const whole = performance.now() - began;
console.log(`left alone: ${(whole / 1000).toFixed(1)} s, ${reports("whole").length} reports`);

let [kills, runs, unreadable] = [0, 0, 0];
let started = false;
while (true) {
  const args = started ? ["train", "--resume", "killed"] : [...train, "--out", "killed"];
  // Half of the moments lie shortly after the start, when files are opened, read and cut.
  const moment = kills < wanted ? (random() < 0.5 ? random() * 0.02 : random() * 0.08) * whole + 300 : undefined;
  const code = await onward(args, moment);
  runs++;
  const folder = join(root, "killed");
  try {
    readFileSync(join(folder, "run.json"));
    started = true;
  } catch {
    // It was killed before it had a folder to go on with.
    rmSync(folder, { recursive: true, force: true });
    started = false;
  }
  const kept = started ? await new CheckpointFolder(join(folder, "checkpoints")).list() : [];
  for (const path of kept) await CheckpointFolder.read(path).catch(() => unreadable++);
  if (code === 0) break;
  kills++;
}
const same = [
  ["reports.jsonl", JSON.stringify(reports("killed")) === JSON.stringify(reports("whole"))],
  ...["model.onnx", "best.onnx"].map((file) => [
    file,
    Buffer.compare(readFileSync(join(root, "killed", file)), readFileSync(join(root, "whole", file))) === 0,
  ]),
];
const left = readdirSync(join(root, "killed")).filter((name) => name.endsWith(".tmp"));
console.log(
  `killed ${kills} times in ${runs} runs; unreadable checkpoints: ${unreadable}; temporary files left: ${left.length}`,
);
for (const [file, equal] of same) console.log(`${file}: ${equal ? "the same bits" : "DIFFERENT"}`);
const again = await onward(["train", "--resume", "killed"]);
console.log(`resumed once more when it was finished: exit code ${again}`);
rmSync(root, { recursive: true });
const passed = unreadable === 0 && kills >= wanted && again === 0 && same.every(([, equal]) => equal);
const result = { date: new Date().toISOString(), seed, kills, runs, unreadable, left: left.length, again };
const file = new URL("results.json", import.meta.url);
writeFileSync(file, `${JSON.stringify({ ...result, same: Object.fromEntries(same), passed }, null, 2)}\n`);
process.exitCode = passed ? 0 : 1;
