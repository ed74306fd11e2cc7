import { describe, expect, test } from "vitest";
import { Tensor } from "../core/index.ts";
import { binaryCrossEntropy, crossEntropy } from "../criteria/index.ts";
import { arrays, type Source } from "../data/index.ts";
import { nn, type Layer } from "../nn/index.ts";
import { Trainer } from "./trainer.ts";

/** The rows of two columns as they are, then `end`; their labels are yes or no for each column. */
async function accuracy(end: readonly Layer[], rows: readonly number[], labels: readonly number[]): Promise<unknown> {
  const dims = [rows.length / 2, 2];
  const source: Source = {
    ...arrays({ inputs: { data: rows, dims }, labels: Array.from({ length: rows.length / 2 }, () => 0) }),
    read: async () => ({
      inputs: new Tensor("float32", Float32Array.from(rows), dims),
      labels: new Tensor("float32", Float32Array.from(labels), dims),
    }),
  };
  const model = nn.sequential([nn.linear(2, 2), ...end]).toModel([2]);
  const initializers = new Map(model.graph.initializers);
  const values = { "0.weight": [1, 0, 0, 1], "0.bias": [0, 0] };
  for (const [name, list] of Object.entries(values)) {
    const data = initializers.get(name)!;
    initializers.set(name, { ...data, bytes: new Uint8Array(Float32Array.from(list).buffer) });
  }
  const trainer = new Trainer({
    model: { ...model, graph: { ...model.graph, initializers } },
    criterion: binaryCrossEntropy(),
  });
  return (await trainer.evaluate(source)).correct;
}

describe("under a binary cross-entropy", () => {
  const rows = [2, -1, -0.5, -3, 0.1, 4, -1, 1];
  const labels = [1, 0, 0, 0, 1, 1, 1, 1];

  test.each<[string, readonly Layer[]]>([
    ["logits", []],
    ["what a sigmoid made of them", [nn.sigmoid()]],
  ])("%s are right where all are on their label's side", async (_, end) => {
    // The fourth row misses one.
    expect(await accuracy(end, rows, labels)).toBe(3);
  });
});

describe("remarks", () => {
  const data = { inputs: { data: [0, 1, 1, 0], dims: [2, 2] }, labels: [0, 1] };
  const told = async (layers: readonly Layer[], options: { classNames?: string[]; name?: string } = {}) => {
    const model = nn.sequential(layers).toModel([2]);
    const trainer = new Trainer({ model, criterion: crossEntropy() });
    const texts: string[] = [];
    trainer.on("remark", ({ code, text }) => texts.push(`${code}: ${text}`));
    await trainer.evaluate(arrays({ ...data, ...options }));
    await trainer.evaluate(arrays({ ...data, ...options }));
    return texts;
  };

  test("more classes than the data has, once", async () => {
    expect(await told([nn.linear(2, 7)], { classNames: ["a", "b"], name: "pairs" })).toEqual([
      "classes: The model tells 7 classes apart, and pairs has 2. A fresh head for these alone is made by --classes 2, or replaceHead(model, { classes: 2 }).",
    ]);
  });

  test("a sigmoid under a softmax", async () => {
    expect(await told([nn.linear(2, 2), nn.sigmoid()])).toEqual([
      'activation: The model\'s scores come out of node Sigmoid "onward/Sigmoid_1", and crossEntropy applies a softmax to them, as if they were logits. The loss of such a model is binaryCrossEntropy; for crossEntropy, cut the Sigmoid off.',
    ]);
  });

  test.each<[string, readonly Layer[], { classNames?: string[] }]>([
    ["logits for the classes of the data", [nn.linear(2, 2)], { classNames: ["a", "b"] }],
    ["data that does not say its classes", [nn.linear(2, 7)], {}],
    ["a softmax at the end", [nn.linear(2, 2), nn.softmax()], {}],
  ])("none for %s", async (_, layers, options) => {
    expect(await told(layers, options)).toEqual([]);
  });
});
