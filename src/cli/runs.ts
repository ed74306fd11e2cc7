import { existsSync } from "node:fs";
import { join } from "node:path";
import { OnwardError, show, stringify } from "../core/index.ts";
import { listRuns, readRun, runFiles, summarizeRun } from "../runs/index.ts";
import { defineCommand, type Output } from "./command.ts";
import { compareRuns } from "./run-comparison.ts";
import { describeRunComparison, describeRuns } from "./runs-display.ts";

const home = "runs";

/** `onward runs`: lists the runs of a folder, or sets two of them side by side. */
export const runs = defineCommand({
  name: "runs",
  summary: "List runs, or compare two of them",
  usage: "onward runs [DIR] [--json]\n       onward runs compare A B [--json]",
  options: {
    json: { type: "boolean", help: "print one JSON object" },
  },
  positionals: { valueName: "DIR", minimum: 0, maximum: 3 },
  async run({ json }, given, { stdout }) {
    const [first, ...rest] = given;
    if (first === "compare") return compare(rest, json, stdout);
    if (rest.length > 0)
      throw new OnwardError("usage", { expected: "one folder, or compare and two runs", got: show(given) });
    const list = await listRuns(first ?? home);
    stdout.write(json ? `${stringify(list)}\n` : describeRuns(list));
  },
});

async function compare(names: readonly string[], json: boolean, stdout: Output): Promise<void> {
  const [a, b] = names.map(locate);
  if (a === undefined || b === undefined || names.length > 2)
    throw new OnwardError("usage", { expected: "two runs to compare", got: names.length === 0 ? "none" : show(names) });
  const [first, second] = [await readRun(a), await readRun(b)];
  const summaries = [summarizeRun(a, first), summarizeRun(b, second)] as const;
  const comparison = compareRuns(first, second);
  stdout.write(
    json ? `${stringify({ runs: summaries, ...comparison })}\n` : describeRunComparison(...summaries, comparison),
  );
}

/** A run's folder: as it is given, or a name in runs/ where there is no such folder here. */
function locate(name: string): string {
  const named = join(home, name);
  return !existsSync(name) && existsSync(join(named, runFiles.run)) ? named : name;
}
