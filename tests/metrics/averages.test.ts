import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import ts from "typescript";
import * as metrics from "../../src/metrics/index.ts";

const page = readFileSync(new URL("../../docs/averages.md", import.meta.url), "utf8");

function block(language: string): string {
  return new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(page)?.[1] ?? "";
}

test("the worked example of docs/averages.md prints what the page says", () => {
  const { outputText } = ts.transpileModule(block("ts"), {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2023 },
  });
  const lines: string[] = [];
  const console = { log: (value: unknown) => lines.push(String(value)) };
  const load = (name: string) => (name === "onward/metrics" ? metrics : undefined);
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the page's own code is what is to be run
  const run = new Function("require", "exports", "console", outputText) as (...given: unknown[]) => void;
  run(load, {}, console);
  expect(lines.join("\n")).toBe(block("text").trim());
  expect(lines).toHaveLength(4);
});
