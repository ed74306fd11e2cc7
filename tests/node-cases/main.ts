import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { qualifiedName, readModel } from "../../src/graph/index.ts";
import { registry } from "../../src/gradients/index.ts";
import { loadNodeRuntime, type Runtime } from "../../src/runtime/index.ts";
import { checkCase } from "./check-case.ts";
import { LeftOut, type Outcome } from "./outcome.ts";
import { readCase, type NodeCase } from "./read-case.ts";
import { lineOf, reportOf, tableOf } from "./report.ts";

/** Runs the cases in a folder. @returns the process's exit code: 1 where a case failed */
export async function main(args: string[], here: string): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { only: { type: "string" }, write: { type: "boolean" } },
  });
  const [folder] = positionals;
  if (folder === undefined) {
    console.error(
      "Expected the folder of ONNX's node test cases: node tests/node-cases/run.mjs FOLDER [--only PATTERN] [--write]",
    );
    return 2;
  }
  const runtime = await loadNodeRuntime();
  const only = new RegExp(values.only ?? "");
  const names = readdirSync(folder)
    .filter((name) => name.startsWith("test_") && only.test(name))
    .sort();
  const outcomes: Outcome[] = [];
  for (const name of names) {
    const outcome = await run(folder, name, runtime);
    outcomes.push(outcome);
    if (outcome.result === "failed" || values.only !== undefined) console.log(lineOf(outcome));
  }
  console.log(tableOf(outcomes));
  if (values.write === true) {
    const source = readFileSync(join(folder, "version.txt"), "utf8").trim();
    const report = reportOf(outcomes, {
      cases: source,
      runtime: `${runtime.name} ${runtime.version}`,
      node: process.version,
    });
    writeFileSync(join(here, "results.json"), `${JSON.stringify(report, null, 2)}\n`);
  }
  return outcomes.some(({ result }) => result === "failed") ? 1 : 0;
}

async function run(folder: string, name: string, runtime: Runtime): Promise<Outcome> {
  let read: NodeCase;
  let label = { op: "", status: "" };
  try {
    label = describe(folder, name);
    read = readCase(folder, name);
    const { failure, ...checked } = await checkCase(read, runtime);
    if (failure !== undefined) return { name, ...label, ...checked, result: "failed", detail: failure };
    return { name, ...label, ...checked, result: "passed" };
  } catch (error) {
    if (error instanceof LeftOut)
      return {
        name,
        ...label,
        result: "left out",
        reason: error.reason,
        ...(error.detail === "" ? {} : { detail: error.detail }),
      };
    return { name, ...label, result: "failed", detail: error instanceof Error ? error.message : String(error) };
  }
}

/** The op that a case is about, also where the case holds its definition by other ops. */
function describe(folder: string, name: string): { op: string; status: string } {
  const original = name.replace(/_expanded(_ver\d+)?$/, "");
  const { nodes } = readModel(readFileSync(join(folder, original, "model.onnx"))).graph;
  const ops = [...new Set(nodes.map(qualifiedName))];
  const op = ops.length === 1 ? (ops[0] ?? "") : ops.join(", ");
  return {
    op: original === name ? op : `${op}, by its definition`,
    status: original === name ? (registry.get(op)?.status ?? "none") : "definition",
  };
}
