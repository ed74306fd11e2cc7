import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { precisionRecallCurve, RankedState, rocCurve } from "../../src/metrics/index.ts";
import { folder, write } from "./files.ts";
import { onward } from "./in-process.ts";

const label = ["a", "b", "c", "b", "a", "c, d", "a"].map((name) => (name === "c, d" ? "c" : name));
const probabilities = label.map(
  (_, i) =>
    [
      [0.5, 0.25, 0.25],
      [0.25, 0.5, 0.25],
      [0.125, 0.375, 0.5],
    ][i % 3]!,
);

function pointsOf(text: string) {
  const [head = "", ...lines] = text.trim().split("\n");
  return lines.map((line) => {
    const cells = line.split(",");
    return Object.fromEntries(
      head.split(",").flatMap((name, i) => {
        const cell = cells[i] ?? "";
        return cell === "" ? [] : [[name, /^[\d.e-]+$/.test(cell) ? Number(cell) : cell]];
      }),
    );
  });
}

test("onward score --curves writes the points of each class, as CSV and as JSON lines", async () => {
  const at = folder();
  const file = await write(join(at, "x.parquet"), { label, p: probabilities });
  const words = ["score", file, "--label", "label", "--scores", "p", "--kind", "probabilities", "--classes", "a,b,c"];
  const state = new RankedState(3);
  state.add({ scores: probabilities.flat(), labels: label.map((name) => "abc".indexOf(name)) });
  const expected = ["a", "b", "c"].flatMap((name, k) => [
    ...rocCurve(state.counter(k)).map((point) => ({ label: name, curve: "roc", ...point })),
    ...precisionRecallCurve(state.counter(k)).map((point) => ({ label: name, curve: "precision-recall", ...point })),
  ]);
  const [csv, lines] = [join(at, "curves.csv"), join(at, "curves.jsonl")];
  expect(await onward([...words, "--curves", csv, "--json"])).toMatchObject({ code: 0, err: "" });
  expect(pointsOf(readFileSync(csv, "utf8"))).toEqual(expected);
  await onward([...words, "--curves", lines]);
  const objects = readFileSync(lines, "utf8").trim().split("\n");
  expect(objects.map((line) => JSON.parse(line) as unknown)).toEqual(expected);
});

test("of two classes the curves are those of the positive one", async () => {
  const at = folder();
  const file = await write(join(at, "x.csv"), { y: [0, 1, 1], p: [0.25, 0.5, 0.75] });
  const out = join(at, "curves.csv");
  await onward(["score", file, "--label", "y", "--scores", "p", "--kind", "probabilities", "--curves", out]);
  expect([...new Set(pointsOf(readFileSync(out, "utf8")).map((point) => point["label"]))]).toEqual([1]);
});

test.each<[string[], RegExp]>([
  [
    ["--scores", "p", "--kind", "logits", "--curves", "x.png"],
    /ending in \.csv or \.jsonl to write curves to, got "x\.png"/,
  ],
  [["--prediction", "y", "--curves", "x.csv"], /--scores with --curves/],
  [["--scores", "p", "--kind", "logits", "--curves", "/none/x.csv"], /a file to write curves to.*\/none\/x\.csv/],
  [["--scores", "p", "--kind", "logits", "--fit-on", "z.csv", "--fit-temperature", "--curves", "x.csv"], /FILES alone/],
])("%j fails with one sentence", async (words, message) => {
  const file = await write(join(folder(), "x.csv"), { y: [0, 1, 1], p: [0.25, 0.5, 0.75] });
  const { err, code } = await onward(["score", file, "--label", "y", ...words]);
  expect(code).toBeGreaterThan(0);
  expect(err).toMatch(message);
  expect(err.trim().split("\n")).toHaveLength(1);
});
