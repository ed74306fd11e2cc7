// Trains the same models on the same data here and in the peers that are installed, in turn, and writes what came out.
// Usage: npm run bench -- [--workloads a,b] [--scaling] [--peers torch,...] [--rounds 5] [--seconds 1] [--threads 1,2]
//   [--python python3] [--folder DIR] [--check] [--tables]
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compareLosses } from "./compare-losses.mjs";
import { measure } from "./measure.mjs";
import { findPeers, peers } from "./peers.mjs";
import { showTables } from "./show-tables.mjs";
import { scaling, workloads } from "./workloads.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values: options } = parseArgs({
  options: {
    workloads: { type: "string" },
    scaling: { type: "boolean", default: false },
    peers: { type: "string" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "1" },
    threads: { type: "string", default: "1,2" },
    python: { type: "string", default: process.env.PYTHON ?? "python3" },
    folder: { type: "string", default: join(tmpdir(), "onward-bench") },
    check: { type: "boolean", default: false },
    tables: { type: "boolean", default: false },
  },
});

if (!options.tables) {
  const all = { ...workloads, ...scaling };
  const chosen = options.workloads?.split(",") ?? Object.keys(options.scaling ? scaling : workloads);
  const names = options.peers?.split(",") ?? (options.scaling ? ["onward", "torch"] : Object.keys(peers));
  known("workload", chosen, all);
  known("peer", names, peers);
  const { versions, absent } = findPeers(names, options.python);
  for (const [name, reason] of Object.entries(absent)) say(`without ${name}: ${reason}`);
  const present = Object.keys(versions);
  for (const workload of chosen) {
    const spec = all[workload];
    const folder = prepare(workload, spec);
    if (options.check)
      await compareLosses({ workload, folder, spec, names: present, interpreter: options.python, say });
    else await run(workload, spec, folder, present, { versions, absent });
  }
}
if (!options.check) await showTables();

async function run(workload, spec, folder, names, { versions, absent }) {
  say(`${workload}: ${names.join(", ")}`);
  const date = new Date().toISOString();
  const load = loadavg()[0];
  const rounds = Number(options.rounds);
  const threads = options.threads.split(",").map(Number);
  const { rows, failures } = await measure({
    folder,
    spec,
    names,
    threads,
    rounds,
    seconds: Number(options.seconds),
    interpreter: options.python,
    say,
  });
  const machine = {
    cpu: cpus()[0]?.model,
    cores: availableParallelism(),
    memory: totalmem(),
    node: process.versions.node,
    onnxruntime: JSON.parse(readFileSync(here("../node_modules/onnxruntime-node/package.json"), "utf8")).version,
  };
  const result = { workload, date, machine, load, versions, absent, failures, rounds, spec, rows };
  mkdirSync(here("results/training"), { recursive: true });
  // A line for each row keeps the differences of two runs readable.
  const text = JSON.stringify(result, (key, value) => (key === "rows" ? undefined : value), 1).slice(0, -2);
  const lines = rows.map((row) => `  ${JSON.stringify(row)}`).join(",\n");
  writeFileSync(here(`results/training/${workload}.json`), `${text},\n "rows": [\n${lines}\n ]\n}\n`);
}

/** Makes model and data once; they are kept in the folder for the next run. */
function prepare(workload, spec) {
  const folder = join(options.folder, workload);
  const path = join(folder, "spec.json");
  const done = join(folder, "done.json");
  const text = JSON.stringify(spec);
  mkdirSync(folder, { recursive: true });
  try {
    if (readFileSync(done, "utf8") === text) return folder;
  } catch {
    // It was not made yet.
  }
  say(`${workload}: making the model and the data`);
  writeFileSync(path, text);
  execFileSync(options.python, [here("prepare.py"), folder], { stdio: ["ignore", "ignore", "inherit"] });
  writeFileSync(done, text);
  return folder;
}

function known(what, names, table) {
  const other = names.find((name) => table[name] === undefined);
  if (other === undefined) return;
  console.error(`Expected a ${what} to be one of ${Object.keys(table).join(", ")}, got "${other}".`);
  process.exit(2);
}

function say(text) {
  console.error(text);
}
