import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Row {
  readonly peer: string;
  readonly threads: number;
  readonly measure: string;
  readonly samples: number;
  readonly seconds: number;
}

const folder = new URL("../../bench/results/training/", import.meta.url);
const document = readFileSync(new URL("../../docs/performance.md", import.meta.url), "utf8");

interface Result {
  readonly workload: string;
  readonly spec: { readonly scaling?: object };
  readonly rows: readonly Row[];
}

const results = readdirSync(folder)
  .map((file) => JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Result)
  .filter(({ spec }) => spec.scaling === undefined);

test("the tables of docs/performance.md are those of the result files", () => {
  const script = `import { filledDocument } from "./bench/show-tables.mjs"; process.stdout.write(await filledDocument());`;
  const root = new URL("../../", import.meta.url);
  const filled = execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd: root, encoding: "utf8" });
  expect(document).toBe(filled);
}, 30_000);

/** By the definition in the text: each at its better count of threads, divided within each round, then the middle one. */
function ratio({ rows }: Result): number {
  const middle = (list: number[]) => {
    const sorted = list.toSorted((a, b) => a - b);
    const half = sorted.length / 2;
    return ((sorted[Math.ceil(half) - 1] ?? NaN) + (sorted[Math.floor(half)] ?? NaN)) / 2;
  };
  const better = (peer: string) =>
    [1, 2]
      .map((threads) =>
        rows
          .filter((row) => row.peer === peer && row.measure === "train" && row.threads === threads)
          .map(({ samples, seconds }) => samples / seconds),
      )
      .reduce((a, b) => (middle(a) >= middle(b) ? a : b));
  const [own, theirs] = [better("onward"), better("torch")];
  return middle(own.map((rate, i) => rate / (theirs[i] ?? NaN)));
}

test.for(results)("the ratio to PyTorch in the table follows from the rows of $workload", (result) => {
  const line = document.split("\n").find((text) => text.startsWith(`| ${result.workload} `));
  expect(line?.split("|")[4]?.trim()).toBe(`${ratio(result).toFixed(2)}x`);
});
