// Compares a training step here and in PyTorch, in turn, several rounds, and writes the raw figures.
// Usage: node bench/mlp-step-rounds.mjs [python] [rounds]; build first.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";

const python = process.argv[2] ?? "python3";
const rounds = Number(process.argv[3] ?? 5);
const batches = [64];
const steps = 2000;
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const run = (command, file, threads, batch) =>
  JSON.parse(
    execFileSync(command, [new URL(file, import.meta.url).pathname, threads, batch, steps].map(String), {
      encoding: "utf8",
    }),
  );

const raw = [];
for (const batch of batches) {
  for (let round = 0; round < rounds; round++) {
    for (const threads of [1, 2]) {
      raw.push({ what: "torch", batch, round, ...run(python, "mlp_step.py", threads, batch) });
      raw.push({ what: "onward", batch, round, ...run(process.execPath, "mlp-step.mjs", threads, batch) });
    }
  }
}
const of = (what, batch, threads) => raw.filter((r) => r.what === what && r.batch === batch && r.threads === threads);
const table = batches.map((batch) => {
  const best = (what) =>
    Math.min(...[1, 2].map((threads) => median(of(what, batch, threads).map((r) => r.milliseconds))));
  const [torch, onward] = [best("torch"), best("onward")];
  const tally = median([1, 2].flatMap((threads) => of("onward", batch, threads).map((r) => r.tallyMilliseconds)));
  return { batch, torch, onward, ratio: torch / onward, tallyShare: tally / onward };
});
const result = {
  date: new Date().toISOString(),
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  node: process.version,
  steps,
  rounds,
  table,
  raw,
};
writeFileSync(new URL("results/mlp-step.json", import.meta.url), `${JSON.stringify(result, null, 1)}\n`);
console.table(table);
