import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { onward } from "./onward.ts";
import { writeStripes } from "./stripes.ts";

const root = mkdtempSync(join(tmpdir(), "onward-usage-"));
beforeAll(() => writeStripes(join(root, "stripes")));
afterAll(() => rmSync(root, { recursive: true }));

test.skipIf(process.platform === "win32")(
  "the installed command runs by its first line, which keeps memory low",
  () => {
    const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
    expect(execFileSync(main, ["--version"], { encoding: "utf8" })).toMatch(/^\d/);
    expect(readFileSync(main, "utf8").split("\n")[0]).toContain(
      "node --max-semi-space-size=4 --optimize-for-size --v8-pool-size=1",
    );
  },
);

test("help and version", async () => {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as object;
  expect(await onward(["--version"], root)).toEqual({
    code: 0,
    out: `${(manifest as { version: string }).version}\n`,
    err: "",
  });
  const overall = await onward(["--help"], root);
  expect([overall.code, overall.err]).toEqual([0, ""]);
  expect(overall.out).toMatch(/train +Train a classifier/);
  const train = await onward(["train", "--help"], root);
  expect(train.out).toContain("Usage: onward train --data");
  expect(train.out).toMatch(/--learning-rate R +the size of a step \(default: 1e-3\)/);
});

test("a reader that closes the pipe early is no crash", async () => {
  const { err } = await onward(["train", "--help"], root, (_out, _kill, close) => close());
  expect(err).toBe("");
});

describe("one sentence and an exit code for", () => {
  const train = ["train", "--data", "idx:stripes", "--model", "mlp:8", "--epochs", "1"];

  test.each([
    [
      2,
      "an unknown option",
      [...train, "--epoch", "2"],
      /^onward: Expected an option of "onward train", got --epoch\. The nearest is --epochs\.\n$/,
    ],
    [
      2,
      "a wrong value",
      [...train, "--batch-size", "-5"],
      /^onward: Expected --batch-size to be an integer of at least 1, got "-5"\.\n$/,
    ],
    [
      2,
      "no data",
      ["train", "--model", "cnn"],
      /^onward: Expected --data mnist\|idx:DIR\|.*\|parquet:FILE, got none\.\n$/,
    ],
    [
      2,
      "an unknown provider",
      [...train, "--provider", "abacus"],
      /^onward: Expected provider to be one of .*, got "abacus"\.\n$/,
    ],
    [2, "another number of class weights", [...train, "--class-weights", "1,2"], /^onward: Expected .*3.*\n$/],
    [
      1,
      "an absent folder",
      ["train", "--data", "idx:absent", "--model", "mlp:8"],
      /^onward: Expected a folder with IDX files, got none that can be read \(absent\)\.\n$/,
    ],
    [
      1,
      "an absent model",
      ["train", "--data", "idx:stripes", "--model", "absent.onnx"],
      /^onward: Expected to read "absent\.onnx", got no such file\.\n$/,
    ],
  ])("%i: %s", async (code, _, args, message) => {
    const result = await onward([...args, "--out", "failed"], root);
    expect([result.code, result.out]).toEqual([code, ""]);
    expect(result.err).toMatch(message);
  });

  test("1: a truncated IDX file, an empty data set, a label out of range", async () => {
    const broken = (name: string, change: (folder: string) => void) => {
      writeStripes(join(root, name));
      change(join(root, name));
      return onward(["train", "--data", `idx:${name}`, "--model", "mlp:8"], root);
    };
    const truncated = await broken("truncated", (folder) => truncateSync(join(folder, "t10k-images-idx3-ubyte"), 1000));
    expect([truncated.code, truncated.out]).toEqual([1, ""]);
    expect(truncated.err).toMatch(/^onward: Expected 5760 bytes of elements.* got 984 .*\.\n$/);
    const empty = await broken("empty", (folder) =>
      writeFileSync(join(folder, "train-images-idx3-ubyte"), Buffer.of(0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 8)),
    );
    expect([empty.code, empty.out]).toEqual([1, ""]);
    expect(empty.err).toMatch(/^onward: Expected at least one sample .*\.\n$/);
    const outside = await broken("outside", (folder) => {
      const path = join(folder, "t10k-labels-idx1-ubyte");
      const bytes = readFileSync(path);
      bytes[20] = 9;
      writeFileSync(path, bytes);
    });
    expect(outside).toEqual({
      code: 1,
      out: "",
      err: "onward: Expected label to be in [0, 3), got 9 (idx:outside (val), labels, row 12).\n",
    });
  });

  test("1: a truncated ONNX file", async () => {
    writeFileSync(join(root, "cut.onnx"), Buffer.of(8, 9, 0x3a, 100, 1, 2));
    const { code, out, err } = await onward(["train", "--data", "idx:stripes", "--model", "cut.onnx"], root);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(/^onward: Expected [^\n]*cut\.onnx[^\n]*\.\n$/);
  });

  test("2: a run folder that is not empty", async () => {
    mkdirSync(join(root, "taken"));
    writeFileSync(join(root, "taken", "notes"), "mine");
    const { code, err } = await onward([...train, "--out", "taken"], root);
    expect([code, err]).toEqual([
      2,
      "onward: Expected a new or an empty folder for the run, got one that holds a file (taken).\n",
    ]);
  });
});
