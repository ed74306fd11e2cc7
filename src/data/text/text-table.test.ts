import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import type { Tensor } from "../../core/index.ts";
import { parsePreprocessing, preprocessingOfKind } from "../preprocessing.ts";
import type { Source } from "../source.ts";
import { textTable, type TextTableOptions } from "./text-table.ts";

interface Fixture {
  texts: string[];
  rows: { name: string; tokenizer: object; ids: number[][]; mask: number[][]; types: number[][] }[];
}

const fixture = JSON.parse(
  readFileSync(new URL("../../../tests/fixtures/tokenizers.json", import.meta.url), "utf8"),
) as Fixture;
const folder = mkdtempSync(join(tmpdir(), "onward-text-"));
afterAll(() => rmSync(folder, { recursive: true }));

const texts = join(folder, "texts.jsonl");
// The empty text would be a missing one: it is compared apart.
const full = fixture.texts.flatMap((text, i) => (text === "" ? [] : [{ text, i }]));
writeFileSync(texts, full.map(({ text, i }) => JSON.stringify({ text, y: `c${i % 2}` })).join("\n"));
for (const { name, tokenizer } of fixture.rows) writeFileSync(join(folder, `${name}.json`), JSON.stringify(tokenizer));
const options = (name: string): TextTableOptions => ({
  label: "y",
  text: "text",
  tokenizer: join(folder, `${name}.json`),
  maxLength: 16,
  inputs: ["input_ids", "attention_mask", "token_type_ids"],
  val: texts,
});

async function inputs(source: Source): Promise<Record<string, number[][]>> {
  const { inputs } = await source.read(Uint32Array.from({ length: source.size }, (_, i) => i));
  return Object.fromEntries(
    Object.entries(inputs as Record<string, Tensor>).map(([name, { data }]) => {
      const numbers = [...(data as BigInt64Array)].map(Number);
      return [name, full.map((_, i) => numbers.slice(16 * i, 16 * (i + 1)))];
    }),
  );
}

describe.each(fixture.rows)("$name", ({ name, ids, mask, types }) => {
  test("gives the ids that Hugging Face's tokenizers gives, cut and filled up", async () => {
    const { train } = await textTable(texts, options(name));
    const got = await inputs(train);
    expect(got["input_ids"]).toEqual(full.map(({ i }) => ids[i]));
    expect(got["attention_mask"]).toEqual(full.map(({ i }) => mask[i]));
    expect(got["token_type_ids"]).toEqual(full.map(({ i }) => types[i]));
    expect(train.classNames).toEqual(["c0", "c1"]);
  });

  test("repeats what a model file holds", async () => {
    const { train } = await textTable(texts, options(name));
    const held = preprocessingOfKind(parsePreprocessing(JSON.stringify(train.preprocessing)), "text", "toy")!;
    const again = await textTable(texts, { preprocessing: held, val: texts, classNames: train.classNames! });
    expect(await inputs(again.val)).toEqual(await inputs(train));
  });
});

describe("one sentence for", () => {
  const good = options("WordPiece");
  const without: TextTableOptions = { label: "y", text: "text" };
  writeFileSync(join(folder, "not.json"), '{"a": 1}');
  writeFileSync(join(folder, "empty.csv"), "text,y\nhello,0\n,1\n");

  test.each<[string, TextTableOptions, string, string?]>([
    ["no tokenizer option", without, "Expected an option tokenizer, got none (textTable)."],
    [
      "no such tokenizer",
      { ...good, tokenizer: "no/such.json" },
      "Expected a tokenizer.json to read, got no such file (no/such.json).",
    ],
    [
      "another JSON file",
      { ...good, tokenizer: join(folder, "not.json") },
      "Expected a tokenizer.json of Hugging Face's, got",
    ],
    ["no room", { ...good, maxLength: 2 }, "Expected a maximum length of more than the 2 special tokens, got 2"],
    ["a strange input", { ...good, inputs: ["input_ids", "pixels" as "input_ids"] }, "Expected inputs of input_ids,"],
    ["no such column", { ...good, text: "review" }, 'Expected a column "review", got "text", "y"'],
    [
      "an empty text",
      { ...good, val: join(folder, "empty.csv") },
      'Expected a text in column "text", got none',
      "empty.csv",
    ],
  ])("%s", async (_, given, message, file = "texts.jsonl") => {
    await expect(textTable(join(folder, file), given)).rejects.toThrow(message);
  });
});

test("a file of test rows becomes a test source", async () => {
  const { test: tested, val } = await textTable(texts, { ...options(fixture.rows[0]!.name), test: texts });
  expect(await inputs(tested!)).toEqual(await inputs(val));
  expect(tested?.name).toBe(`${texts} (test)`);
});

test("texts that are larger than memory are refused before they are read", async () => {
  const memory = vi.spyOn(process, "availableMemory").mockReturnValue(1000);
  const refused = textTable(texts, options(fixture.rows[0]!.name));
  await expect(refused).rejects.toThrow(/^Expected memory for \d+ rows of texts of \d+ characters on average/);
  memory.mockRestore();
});
