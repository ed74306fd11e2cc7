import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { readRun } from "../../src/runs/index.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const folder = mkdtempSync(join(tmpdir(), "onward-walk-"));
afterAll(() => rmSync(folder, { recursive: true }));

const page = readFileSync(join(root, "docs", "fine-tuning.md"), "utf8");
const part = page.slice(page.indexOf("## A walk-through"), page.indexOf("## On the command line"));
const blocks = (language: string) =>
  [...part.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map(([, text = ""]) => text);

test("the walk-through of docs/fine-tuning.md runs, with fewer images and epochs", async () => {
  writeFileSync(join(folder, "images.yaml"), blocks("yaml")[0] ?? "");
  const lines = blocks("sh").flatMap((text) => text.trimEnd().split("\n"));
  expect(lines.length).toBe(7);
  let out = "";
  for (const line of lines) {
    const short = line
      .replace(/^npx onward /, `${join(root, "dist", "cli", "main.js")} `)
      .replace(/^node scripts/, join(root, "scripts"))
      .replace(/ (400|60)$/, " 12")
      .replace(/--epochs \d+/, "--epochs 1");
    expect(short).not.toBe(line);
    out = execFileSync(process.execPath, short.split(" "), { cwd: folder, encoding: "utf8" });
  }
  expect(out).toContain("15 rows");
  expect(out).toMatch(/Confusion: rows are true labels, columns predictions\ntrue +5 +6 +7 +8 +9\n5 /);
  const { record } = await readRun(join(folder, "runs", "all"));
  expect([record.ended?.outcome, record.classNames]).toEqual(["finished", ["5", "6", "7", "8", "9"]]);
});
