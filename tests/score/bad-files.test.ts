import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { folder, write } from "./files.ts";
import { onward } from "./in-process.ts";

const words = ["--label", "y", "--scores", "s", "--kind", "logits"];

async function failure(path: string, more: readonly string[] = words) {
  const { code, err } = await onward(["score", path, ...more]);
  expect(code).toBeGreaterThan(0);
  expect(err.trim().split("\n")).toHaveLength(1);
  return err;
}

describe("of a text that is wrong, one sentence says where", () => {
  test.each<[string, string, string, RegExp]>([
    ["a cell too few", "x.csv", "y,s0,s1\n0,1,2\n1,2\n", /3 cells, as in the header, got 2 \(.*x\.csv, line 3\)/],
    ["a cell too many", "x.csv", "y,s0,s1\n0,1,2\n1,2,3,4\n", /3 cells, as in the header, got 4 \(.*x\.csv, line 3\)/],
    ["an open quote", "x.csv", 'y,s0,s1\n"0,1,2\n1,2,3\n', /unterminated quote.*x\.csv, line 2/],
    ["an empty first line", "x.csv", "\n0,1,2\n", /a first line with the names of the columns, got "" \(.*x\.csv\)/],
    ["a name twice", "x.csv", "y,s0,y\n0,1,2\n", /columns of different names, got "y" twice \(.*x\.csv\)/],
    ["other cells than tabs part", "x.tsv", "y,s0,s1\n0,1,2\n", /a column "y", got "y,s0,s1" \(.*x\.tsv\)/],
    ["text among numbers", "x.csv", "y,s0,s1\n0,1,2\n1,?,2\n", /a number, got "\?" \(.*x\.csv, column s0, row 2\)/],
    ["an empty cell", "x.csv", "y,s0,s1\n0,1,2\n1,,2\n", /a number, got nothing \(.*x\.csv, column s0, row 2\)/],
    [
      "a label that is no class",
      "x.csv",
      "y,s0,s1\n2,1,2\n",
      /label to be in \[0, 2\), got "2" \(.*, column y, row 1\)/,
    ],
    ["a label that is no integer", "x.csv", "y,s0,s1\n1e3,1,2\n", /label to be in \[0, 2\), got "1e3"/],
    [
      "half a line of JSON",
      "x.jsonl",
      '{"y":0,"s":[1,2]}\n{"y":1,"s":[1,',
      /a readable file, got Malformed JSON .*x\.jsonl/,
    ],
    [
      "a list with a text",
      "x.jsonl",
      '{"y":0,"s":[1,2]}\n{"y":1,"s":[1,"?"]}\n',
      /a list of 2 numbers, .*column s, row 2/,
    ],
    [
      "a list with null",
      "x.jsonl",
      '{"y":0,"s":[1,2]}\n{"y":1,"s":[1,null]}\n',
      /a list of 2 numbers, .*column s, row 2/,
    ],
    ["null for a list", "x.jsonl", '{"y":0,"s":[1,2]}\n{"y":1,"s":null}\n', /a list of 2 numbers, got nothing .*row 2/],
    ["an empty list", "x.jsonl", '{"y":0,"s":[]}\n', /column "s" to hold scores/],
    ["what is no gzip", "x.csv.gz", "y,s0,s1\n0,1,2\n", /a whole gzip file, got something else .*x\.csv\.gz/],
    ["another ending", "x.txt", "y,s0,s1\n0,1,2\n", /ending in \.parquet, .*got ".*x\.txt"/],
  ])("%s", async (_, name, text, message) => {
    const path = join(folder(), name);
    writeFileSync(path, text);
    expect(await failure(path)).toMatch(message);
  });
});

describe("of Parquet that is damaged, one sentence says so", () => {
  test.each<[string, (bytes: Buffer) => Buffer]>([
    ["half-written", (bytes) => bytes.subarray(0, bytes.length >> 1)],
    ["without its first half", (bytes) => bytes.subarray(bytes.length >> 1)],
    ["with zeros inside", (bytes) => Buffer.concat([bytes.subarray(0, 60), Buffer.alloc(300), bytes.subarray(360)])],
    ["a few bytes", () => Buffer.from("PAR1")],
  ])("%s", async (_, damage) => {
    const y = Array.from({ length: 500 }, (_, i) => i % 2);
    const noise = y.map((_, i) => Math.sin(i));
    const path = await write(join(folder(), "x.parquet"), { y, s0: noise, s1: y });
    writeFileSync(path, damage(readFileSync(path)));
    expect(await failure(path)).toMatch(/Expected (a whole Parquet file|a readable file), got .*x\.parquet/);
  });
});

describe("texts of other forms are read as they are", () => {
  const text = "y,s0,s1\n0,1.5,-2\n1,2,1\n";
  test.each<[string, string, string | Buffer]>([
    ["with CR LF", "x.csv", text.replaceAll("\n", "\r\n")],
    ["with a byte order mark", "x.csv", `\uFEFF${text}`],
    ["without a line end at the end", "x.csv", text.trimEnd()],
    ["with empty lines at the end", "x.csv", `${text}\n\n`],
    ["with spaces after commas", "x.csv", text.replaceAll(",", ", ")],
    ["with quotes", "x.csv", text.replaceAll(/[^,\n]+/g, '"$&"')],
    ["with semicolons", "x.csv", text.replaceAll(",", ";")],
    ["with tabs", "x.tsv", text.replaceAll(",", "\t")],
    ["packed", "x.csv.gz", gzipSync(text)],
    [
      "with a nameless index",
      "x.csv",
      text
        .replaceAll(/^/gm, ",")
        .replace(/,$/, "")
        .replace(/^,\d/gm, (found) => found),
    ],
  ])("%s", async (_, name, bytes) => {
    const at = folder();
    const [plain, other] = [join(at, "plain.csv"), join(at, name)];
    writeFileSync(plain, text);
    writeFileSync(other, bytes);
    const { out, err } = await onward(["score", other, ...words, "--json"]);
    expect(err).toBe("");
    expect(out).toBe((await onward(["score", plain, ...words, "--json"])).out);
  });
});

test("what is asked of files that are not there, or not files", async () => {
  const at = folder();
  const file = await write(join(at, "x.csv"), { id: [1, 2], y: [0, 1], s0: [1, 2], s1: [2, 1] });
  expect(await failure(join(at, "none*.csv"))).toMatch(/a file that matches ".*none\*\.csv", got none/);
  expect(await failure(at)).toMatch(/got a folder .*name the files, or a glob/i);
  expect(await failure(file, [...words, "--classes", "a,b,a"])).toMatch(/different names in --classes, got "a" twice/);
  expect(await failure(file, [...words, "--positive", "2"])).toMatch(/--positive to be "0" or "1", got "2"/);
  expect(await failure(file, [...words, "--state", join(at, "none", "s.json")])).toMatch(/a file to write, got .*none/);
  const other = await write(join(at, "y.csv"), { id: [8, 9], y: [0, 1], s0: [1, 2], s1: [2, 1] });
  expect(await failure(file, [...words, "--against", other, "--key", "id"])).toMatch(
    /rows whose key is in both, got none/,
  );
});

test("one score a row: a third label and an impossible score are found with column and row", async () => {
  const at = folder();
  const one = (kind: string, more: string[] = []) => ["--label", "y", "--scores", "p", "--kind", kind, ...more];
  for (const ending of ["csv", "parquet", "jsonl"]) {
    const labels = await write(join(at, `labels.${ending}`), {
      y: ["b", "a", "b", "it's", "a"],
      p: [0, 0.5, 1, 0, 0.25],
    });
    expect(await failure(labels, one("probabilities", ["--positive", "a"]))).toMatch(
      /labels to be "a" or one other, .* got "b", "it's" \(.*labels\..*, column y, row 4\)/,
    );
    const indices = await write(join(at, `indices.${ending}`), { y: [0, 1, -100, 1], p: [0, 0.5, 1, 0] });
    expect(await failure(indices, one("probabilities"))).toMatch(
      /labels to be 0 or 1, .* got "-100" \(.*indices\..*, column y, row 3\)/,
    );
    expect(await failure(indices, one("probabilities", ["--ignore-label", "7"]))).toMatch(/got "-100"/);
    const scores = await write(join(at, `scores.${ending}`), { y: [0, 1, 0], p: [0, 1, 1.5] });
    expect(await failure(scores, one("probabilities"))).toMatch(
      /probability to be in \[0, 1\], got "?1\.5"? \(.*scores\..*, column p, row 3\)/,
    );
    expect(await failure(scores, one("log-probabilities"))).toMatch(
      /log-probability to be at most 0, got "?1(\.0)?"? \(.*scores\..*, column p, row 2\)/,
    );
  }
});

test("labels that differ between two models are found with their key", async () => {
  const at = folder();
  const scores = { s0: [1, 2, 1], s1: [2, 1, 0] };
  const a = await write(join(at, "a.csv"), { id: ["x", "y", "z"], y: [0, 1, 0], ...scores });
  const b = await write(join(at, "b.csv"), { id: ["z", "y", "x"], y: [1, 1, 0], ...scores });
  expect(await failure(a, [...words, "--against", b, "--key", "id"])).toMatch(
    /the same label for the same key in both, got 0 and 1 \(.*a\.csv and .*b\.csv, key "z"\)/,
  );
});
