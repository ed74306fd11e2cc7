import { expect, test } from "vitest";
import { arrays } from "../data/index.ts";
import type { Model } from "../graph/index.ts";
import type { Sequential } from "../nn/index.ts";
import { modelOption } from "./model-option.ts";

const images = (...shape: number[]) =>
  arrays({
    inputs: { data: new Float32Array(shape.reduce((a, b) => a * b, 1)), dims: [1, ...shape] },
    labels: { data: [0], dims: [1] },
    classNames: ["a", "b", "c"],
  });

function layers(text: string, ...shape: number[]): string[] {
  const model = modelOption(text).build(images(...shape), 7) as Sequential;
  expect(model.seed).toBe(7);
  const { graph } = model.toModel(shape);
  return [...graph.initializers].map(([name, { dims }]) => `${name} ${dims.join("x")}`);
}

test("mlp takes its widths from the option, and the rest from the data", () => {
  expect(layers("mlp:6, 5", 1, 2, 2)).toEqual([
    "1.weight 6x4",
    "1.bias 6",
    "3.weight 5x6",
    "3.bias 5",
    "5.weight 3x5",
    "5.bias 3",
  ]);
});

test("cnn takes its channels and classes from the data", () => {
  const tensors = layers("cnn", 2, 8, 8);
  expect(tensors[0]).toBe("0.weight 32x2x3x3");
  expect(tensors.at(-1)).toBe("9.bias 3");
});

test("cnn says which images it takes", () => {
  expect(() => layers("cnn", 1, 8, 4)).toThrow(
    "Expected square images for --model cnn, got samples of shape [1, 8, 4]",
  );
  expect(() => layers("cnn", 16)).toThrow("Expected square images for --model cnn, got samples of shape [16]");
});

test.each([
  ["resnet18", 'Expected --model to be mlp:WIDTHS (like mlp:256,128), cnn or FILE.onnx, got "resnet18".'],
  ["mlp", "Expected --model to be mlp:WIDTHS"],
  ["mlp:", 'Expected --model mlp to be an integer of at least 1, got "".'],
  ["mlp:12,0", 'Expected --model mlp to be an integer of at least 1, got "0".'],
])("refuses %j", (text, message) => {
  expect(() => modelOption(text)).toThrow(message);
});

test("a fresh head is for model files alone", () => {
  for (const text of ["mlp:4", "cnn"]) {
    expect(() => modelOption(text).build(images(1, 8, 8), 0, 3)).toThrow(
      `Expected --classes with --model FILE.onnx alone, got --model ${text}. A new model has the classes of its data.`,
    );
  }
});

test("an absent file is named", () => {
  expect(() => modelOption("no/such.onnx").build(images(1), 0)).toThrow("no/such.onnx");
});

test("a new model has one input, and says what to do about data with several", () => {
  const inputs = { numbers: { data: [1, 2], dims: [1, 2] }, categories: { data: [1], dims: [1, 1] } };
  const source = arrays({ inputs, labels: [0], classNames: ["a"] });
  expect(() => modelOption("mlp:4").build(source, 7)).toThrow(
    "Expected data with one input for a new model, got inputs numbers, categories. Give a model file with inputs of these names.",
  );
});

test("mlp gives each column of categories vectors of its own, where these are indices", () => {
  const inputs = { numbers: { data: [1, 2], dims: [1, 2] }, categories: { data: [1, 0], dims: [1, 2] } };
  const number = { kind: "number", mean: 0, deviation: 1, indicator: false } as const;
  const preprocessing = {
    ...({ version: 1, kind: "table", label: "y", encoding: "index", missing: "impute", missingValues: [""] } as const),
    columns: [
      { ...number, name: "a" },
      { kind: "category", name: "b", values: ["x", "y", "z"] },
      { ...number, name: "c" },
      { kind: "category", name: "d", values: Array.from({ length: 40 }, String) },
    ],
  } as const;
  const source = arrays({ inputs, labels: [0], classNames: ["n", "y"], preprocessing });
  const model = modelOption("mlp:6").build(source, 7) as Model;
  expect(model.graph.inputs.map(({ name, type, shape }) => [name, type, shape])).toEqual([
    ["numbers", "float32", ["N", 2]],
    ["categories", "int64", ["N", 2]],
  ]);
  const shapes = [...model.graph.initializers].map(([name, { dims }]) => `${name} ${dims.join("x")}`);
  expect(shapes.filter((shape) => /^(embeddings|layers)/.test(shape))).toEqual([
    "embeddings.0.weight 4x3",
    "embeddings.1.weight 41x13",
    "layers.0.weight 6x18",
    "layers.0.bias 6",
    "layers.2.weight 2x6",
    "layers.2.bias 2",
  ]);
});
