import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const script = join(dirname(fileURLToPath(import.meta.url)), "..", "scripts", "check-layers.mjs");
let src = "";
beforeEach(() => {
  src = mkdtempSync(join(tmpdir(), "onward-layers-"));
  write("core/errors.ts", "export type A = 1;");
  write("graph/model.ts", 'import type { A } from "../core/errors.ts"; export type B = A;');
});
afterEach(() => rmSync(src, { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(src, file)), { recursive: true });
  writeFileSync(join(src, file), text);
}

/** What the script says of the tree; undefined when it is content. */
function complaint(): string | undefined {
  try {
    execFileSync(process.execPath, [script, src], { encoding: "utf8", stdio: "pipe" });
    return undefined;
  } catch (error) {
    return (error as { stderr: string }).stderr.trim();
  }
}

test("imports of lower levels are fine", () => {
  expect(complaint()).toBeUndefined();
});

test.each([
  [
    "upward",
    "graph/up.ts",
    'import { x } from "../nn/layer.ts";',
    "graph/up.ts imports nn/layer.ts: not a lower level",
  ],
  [
    "upward, for a type",
    "graph/up.ts",
    'import type { X } from "../nn/layer.ts";',
    "graph/up.ts imports nn/layer.ts: not a lower level",
  ],
  [
    "upward, when called",
    "graph/up.ts",
    'const x = await import("../steps/index.ts");',
    "graph/up.ts imports steps/index.ts: not a lower level",
  ],
  [
    "upward, as an import type",
    "graph/up.ts",
    'export type X = import("../nn/layer.ts").X;',
    "graph/up.ts imports nn/layer.ts: not a lower level",
  ],
  [
    "sideways",
    "data/side.ts",
    'export * from "../graph/model.ts";',
    "data/side.ts imports graph/model.ts: not a lower level",
  ],
  [
    "from metrics to more than the errors",
    "metrics/sum.ts",
    'import { x } from "../core/tensor.ts";',
    "metrics/sum.ts imports core/tensor.ts: metrics may import core/errors.ts and core/free-memory.ts alone",
  ],
  [
    "of the runtime outside its adapter",
    "steps/run.ts",
    'import ort from "onnxruntime-node";',
    "steps/run.ts imports onnxruntime-node: only runtime/node.ts may",
  ],
  ["in a folder without a level", "misc/a.ts", "export {};", 'misc/a.ts: folder "misc" has no level'],
])("an import %s is named", (_, file, text, expected) => {
  write(file, text);
  expect(complaint()).toBe(expected);
});

test("a circle is named, types included", () => {
  write("graph/a.ts", 'import type { B } from "./b.ts"; export type A = B;');
  write("graph/b.ts", 'import type { A } from "./a.ts"; export type B = A;');
  expect(complaint()).toBe("circle: graph/a.ts -> graph/b.ts -> graph/a.ts");
});
