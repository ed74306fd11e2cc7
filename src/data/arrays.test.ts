import { describe, expect, test } from "vitest";
import { Tensor, float32, int64 } from "../core/index.ts";
import { arrays } from "./arrays.ts";
import type { Batch } from "./source.ts";

const labels = { data: [0, 1, 2], dims: [3] };

describe("arrays", () => {
  test("reads the chosen samples in order, neighbours and repeats included", async () => {
    const inputs = { data: Float32Array.of(0, 0.5, 1, 1.5, 2, 2.5), dims: [3, 1, 2] };
    const source = arrays({ inputs, labels });
    expect([source.size, source.sampleShape]).toEqual([3, [1, 2]]);
    const batch: Batch = await source.read(Uint32Array.of(2, 0, 1, 1));
    const tensor = batch.inputs as Tensor;
    expect([tensor.type, [...tensor.dims], [...(tensor.data as Float32Array)]]).toEqual([
      "float32",
      [4, 1, 2],
      [2, 2.5, 0, 0.5, 1, 1.5, 1, 1.5],
    ]);
    expect([batch.labels.type, [...(batch.labels.data as BigInt64Array)]]).toEqual(["int64", [2n, 0n, 1n, 1n]]);
  });

  test("keeps named inputs apart, each with its type", async () => {
    const source = arrays({
      inputs: { ids: int64([1, 2, 3, 4, 5, 6], [3, 2]), mask: { data: Uint8Array.of(1, 0, 1), dims: [3] } },
      labels,
    });
    expect(source.sampleShape).toEqual({ ids: [2], mask: [] });
    const { inputs } = await source.read(Uint32Array.of(1));
    const { ids, mask } = inputs as Record<string, Tensor>;
    expect([ids!.type, [...(ids!.data as BigInt64Array)], mask!.type, [...mask!.dims]]).toEqual([
      "int64",
      [3n, 4n],
      "uint8",
      [1],
    ]);
  });

  test("takes labels of any integer type as int64, and float targets as they are", async () => {
    const inputs = float32([1, 2], [2, 1]);
    const bytes = arrays({ inputs, labels: { data: Uint8Array.of(1, 255), dims: [2] } });
    expect([...((await bytes.read(Uint32Array.of(1))).labels.data as BigInt64Array)]).toEqual([255n]);
    const soft = arrays({ inputs, labels: { data: Float32Array.of(0.25, 0.75, 1, 0), dims: [2, 2] } });
    expect([...((await soft.read(Uint32Array.of(0))).labels.data as Float32Array)]).toEqual([0.25, 0.75]);
  });

  test("takes a list of labels as one per sample", async () => {
    const inputs = float32([1, 2], [2, 1]);
    for (const list of [[0, 7], Uint8Array.of(0, 7), BigInt64Array.of(0n, 7n)]) {
      const { labels } = await arrays({ inputs, labels: list }).read(Uint32Array.of(1));
      expect([[...labels.dims], [...(labels.data as BigInt64Array)]]).toEqual([[1], [7n]]);
    }
    expect(() => arrays({ inputs, labels: [] })).toThrow("Expected at least one sample in arrays, labels, got none.");
  });

  test("single numbers of 64 bits come as they are, also from the middle of memory", async () => {
    const wide = BigInt64Array.of(9n, -100n, 2n ** 40n + 3n, -(2n ** 63n), 7n);
    const halves = Float64Array.of(9, -1e-300, Infinity, 0.1);
    const source = arrays({
      inputs: { wide: { data: wide.subarray(1), dims: [4] }, halves: { data: halves, dims: [4, 1] } },
      labels: { data: [1, -100, 0, 1], dims: [4] },
    });
    const batch = await source.read(Uint32Array.of(2, 0, 1, 3, 3));
    const { wide: ids, halves: floats } = batch.inputs as Record<string, Tensor>;
    expect([...(ids!.data as BigInt64Array)]).toEqual([-(2n ** 63n), -100n, 2n ** 40n + 3n, 7n, 7n]);
    expect([...(floats!.data as Float64Array)]).toEqual([Infinity, 9, -1e-300, 0.1, 0.1]);
    expect([...(batch.labels.data as BigInt64Array)]).toEqual([0n, 1n, -100n, 1n, 1n]);
  });

  test("takes an ignored label beside the classes", () => {
    const inputs = float32([1, 2], [2, 1]);
    const ignoring = { inputs, labels: { data: [1, -100], dims: [2] }, classNames: ["a", "b"] };
    expect(arrays({ ...ignoring, ignoreIndex: -100 }).size).toBe(2);
    expect(() => arrays(ignoring)).toThrow("Expected label to be in [0, 2), got -100 (arrays, labels, row 1).");
  });
});

describe("errors", () => {
  const inputs = { data: [1, 2, 3], dims: [3, 1] };

  test.each([
    [
      "fewer labels",
      { inputs, labels: { data: [0], dims: [1] } },
      "Expected as many labels as samples, 3 of the inputs, got 1 labels (toy).",
    ],
    [
      "a wrong shape",
      { inputs: { data: [1, 2, 3], dims: [3, 2] }, labels },
      "Expected 6 values for toy, inputs of shape [3, 2], got 3.",
    ],
    [
      "no samples",
      { inputs: { data: [], dims: [0, 2] }, labels: { data: [], dims: [0] } },
      "Expected at least one sample in toy, inputs, got none.",
    ],
    [
      "no dimension",
      { inputs: { data: [1], dims: [] }, labels },
      "Expected toy, inputs to have a shape whose first dimension counts the samples, got [].",
    ],
    [
      "samples without values",
      { inputs: { data: [], dims: [3, 0] }, labels },
      "Expected samples of at least one value in toy, inputs, got [3, 0].",
    ],
    ["no inputs", { inputs: {}, labels }, "Expected at least one input, got none."],
    [
      "NaN in inputs",
      { inputs: { data: [1, 2, 3, 4, 5, NaN], dims: [3, 2] }, labels },
      "Expected numbers, got NaN (toy, inputs, row 2).",
    ],
    [
      "NaN in targets",
      { inputs, labels: { data: Float32Array.of(NaN, 0, 0), dims: [3] } },
      "Expected numbers, got NaN (toy, labels, row 0).",
    ],
    [
      "a label out of range",
      { inputs, labels, classNames: ["a", "b"] },
      "Expected label to be in [0, 2), got 2 (toy, labels, row 2).",
    ],
    [
      "a label of 0.5",
      { inputs, labels: { data: [0, 0.5, 1], dims: [3] } },
      "Expected labels in a plain array to be integers, got 0.5. Give targets that are not classes as a Float32Array.",
    ],
  ])("%s", (_, options, message) => {
    expect(() => arrays({ ...options, name: "toy" })).toThrow(message);
  });

  test("NaN in a float16 tensor, whose infinities pass", () => {
    const tensor = (bits: number): Tensor => new Tensor("float16", Uint16Array.of(0, bits, 0), [3, 1]);
    expect(() => arrays({ inputs: tensor(0x7e01), labels })).toThrow(
      "Expected numbers, got NaN (arrays, inputs, row 1).",
    );
    expect(arrays({ inputs: tensor(0xfc00), labels }).size).toBe(3);
  });

  test("strings", () => {
    const strings = new Tensor("string", ["a", "b", "c"], [3]);
    expect(() => arrays({ inputs: strings, labels })).toThrow("to be a tensor of numbers in host memory, got strings");
  });

  test("a sample number beyond the data", () => {
    const source = arrays({ inputs, labels });
    expect(() => source.read(Uint32Array.of(2, 3))).toThrow("Expected sample numbers in [0, 3), got 3 (arrays).");
    expect(() => source.read(Uint32Array.of(7))).toThrow("Expected sample numbers in [0, 3), got 7 (arrays).");
  });
});
