// Times `onward score` against pyarrow and scikit-learn on one Parquet file, taking turns, and records the raw results.
//   python bench/score-data.py 10000000 10 /tmp/predictions.parquet
//   node bench/score.mjs /tmp/predictions.parquet 10 [ROUNDS] [PYTHON] [CLI]
// With "none" for PYTHON `onward score` runs alone, for more rows than scikit-learn has memory for.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const [file, classes = "10", rounds = "3", python = "python3", cli = here("../dist/cli/main.js")] =
  process.argv.slice(2);
const commands = {
  onward: ["node", cli, "score", file, "--label", "label", "--scores", "s", "--kind", "logits", "--json"],
  "scikit-learn": [python, here("score-reference.py"), file, classes],
};

if (python === "none") delete commands["scikit-learn"];

let rows = 0;
const runs = [];
for (let round = 0; round < Number(rounds); round++) {
  for (const [name, [program, ...args]] of Object.entries(commands)) {
    const before = loadavg()[0];
    const started = performance.now();
    const { stdout, stderr, status } = spawnSync("/usr/bin/time", ["-f", "%M %U %S", program, ...args], {
      maxBuffer: 2 ** 30,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(stderr);
    const seconds = (performance.now() - started) / 1000;
    const [kilobytes, user, system] = stderr.trim().split("\n").at(-1).split(" ").map(Number);
    const { samples, loss, accuracy, rocAuc, metrics } = JSON.parse(stdout);
    rows = samples ?? rows;
    const area = typeof rocAuc === "number" ? rocAuc : (metrics.rocAuc.binary ?? metrics.rocAuc.macroOvr);
    const run = {
      name,
      seconds,
      processorSeconds: user + system,
      peakMegabytes: kilobytes / 1024,
      load: before,
      loss,
      accuracy,
      rocAuc: area,
    };
    console.log(JSON.stringify(run));
    runs.push(run);
  }
}
const machine = { processor: cpus()[0]?.model, cores: availableParallelism(), node: process.version };
mkdirSync(here("results"), { recursive: true });
const result = { date: new Date().toISOString(), machine, file: { rows, classes: Number(classes) }, runs };
writeFileSync(here(`results/score-${rows}x${classes}.json`), `${JSON.stringify(result, undefined, 2)}\n`);
