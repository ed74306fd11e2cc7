import { describe, expect, test } from "vitest";
import { typedArray, type Model } from "../graph/index.ts";
import { nn } from "./index.ts";

const floats = (model: Model, name: string) => Array.from(typedArray(model.graph.initializers.get(name)!), Number);

describe("sequential", () => {
  const layers = [nn.flatten(), nn.linear(6, 4), nn.batchNorm(4), nn.relu(), nn.linear(4, 3, { bias: false })];

  test("names tensors as PyTorch does", () => {
    const model = nn.sequential(layers).toModel([2, 3]);
    expect([...model.graph.initializers.keys()].sort()).toEqual([
      "1.bias",
      "1.weight",
      "2.bias",
      "2.running_mean",
      "2.running_var",
      "2.weight",
      "4.weight",
    ]);
    expect(model.graph.inputs).toEqual([{ name: "input", type: "float32", shape: ["N", 2, 3] }]);
    expect(model.graph.outputs).toEqual([{ name: "scores", type: "float32", shape: ["N", 3] }]);
  });

  test("draws the same weights for the same seed, and others for another", () => {
    const weights = (seed: number) => floats(nn.sequential(layers, { seed, inputShape: [6] }).toModel(), "1.weight");
    expect(weights(7)).toEqual(weights(7));
    expect(weights(7)).not.toEqual(weights(8));
  });

  test("draws each tensor from a stream of its own", () => {
    const short = nn.sequential(layers.slice(0, 2), { seed: 7 }).toModel([6]);
    const long = nn.sequential(layers, { seed: 7 }).toModel([6]);
    expect(floats(short, "1.weight")).toEqual(floats(long, "1.weight"));
  });

  test("says which layer does not fit", () => {
    expect(() => nn.sequential(layers).toModel([20, 20])).toThrow("Expected 6 features, got 400 (layer 2, linear).");
    expect(() => nn.sequential([nn.linear(6, 3)]).toModel([2, 3])).toThrow(
      "Expected 6 features, got 3 (layer 1, linear). Put nn.flatten() before it.",
    );
    expect(() => nn.sequential([nn.conv2d(3, 4, 3)]).toModel([1, 8, 8])).toThrow(
      "Expected 3 channels, got 1 (layer 1, conv2d).",
    );
    expect(() => nn.sequential([nn.conv2d(1, 4, 3)]).toModel([8, 8])).toThrow("samples of 3 dimensions");
    expect(() => nn.sequential([nn.maxPool2d(3)]).toModel([1, 8, 2])).toThrow(
      "Expected a size of at least 3 along spatial axis 2, got 2 (layer 1, maxPool2d).",
    );
    expect(() => nn.sequential([nn.batchNorm(3)]).toModel([4])).toThrow("Expected 3 channels, got 4");
    expect(() => nn.sequential([nn.layerNorm([2, 3])]).toModel([3, 2])).toThrow("Expected samples that end in [2, 3]");
    expect(() => nn.sequential([nn.softmax({ axis: 2 })]).toModel([3])).toThrow("Expected an axis in [1, 2)");
    expect(() => nn.sequential([nn.globalAveragePool()]).toModel([3])).toThrow("at least 2 dimensions");
  });

  test("says which argument is wrong", () => {
    expect(() => nn.linear(0, 3)).toThrow("Expected inputs to be an integer of at least 1, got 0 (linear).");
    expect(() => nn.conv2d(3, 4, 3, { groups: 2 })).toThrow("Expected groups to divide 3 input and 4 output channels");
    expect(() => nn.conv2d(3, 4, [3, 3, 3])).toThrow("Expected kernel to be one number or 2, got [3, 3, 3] (conv2d).");
    expect(() => nn.conv1d(3, 4, 3, { padding: "same", stride: 2 })).toThrow('Expected stride 1 with padding "same"');
    expect(() => nn.maxPool2d(2, { padding: 2 })).toThrow("Expected padding of at most half the kernel");
    expect(() => nn.dropout(1.5)).toThrow("Expected p to be a number in [0, 1], got 1.5 (dropout).");
    expect(() => nn.batchNorm(3, { momentum: 2 })).toThrow("Expected momentum to be a number in [0, 1]");
    expect(() => nn.leakyRelu(NaN)).toThrow("Expected slope to be a number, got NaN (leakyRelu).");
    expect(() => nn.sequential([])).toThrow("Expected at least one layer");
    expect(() => nn.sequential(layers, { seed: -1 })).toThrow("Expected seed to be an integer");
    expect(() => nn.sequential(layers).toModel()).toThrow("Expected the shape of a sample");
    expect(() => nn.sequential(layers).toModel([0, 3])).toThrow("Expected each size of sampleShape");
  });
});

describe("initial values", () => {
  test("of a linear layer fill ±1 / sqrt(inputs) evenly", () => {
    const model = nn.sequential([nn.linear(400, 50)], { seed: 1, inputShape: [400] }).toModel();
    const weights = floats(model, "0.weight");
    const bound = 1 / Math.sqrt(400);
    expect(Math.max(...weights.map(Math.abs))).toBeLessThanOrEqual(bound);
    expect(Math.max(...weights)).toBeGreaterThan(0.99 * bound);
    const variance = weights.reduce((sum, w) => sum + w * w, 0) / weights.length;
    expect(variance / (bound ** 2 / 3)).toBeCloseTo(1, 1);
    expect(Math.max(...floats(model, "0.bias").map(Math.abs))).toBeLessThanOrEqual(bound);
  });

  test("of a convolution depend on the inputs that one output sees", () => {
    const model = nn.sequential([nn.conv2d(8, 64, 3, { groups: 2 })], { inputShape: [8, 5, 5] }).toModel();
    const largest = Math.max(...floats(model, "0.weight").map(Math.abs));
    expect(largest / (1 / Math.sqrt(4 * 9))).toBeCloseTo(1, 1);
    expect(largest).toBeLessThanOrEqual(1 / 6);
  });

  test("of an embedding are standard normal, of norms ones and zeros", () => {
    const model = nn.sequential([nn.embedding(100, 50), nn.layerNorm(50)], { inputShape: [3] }).toModel();
    const weights = floats(model, "0.weight");
    const mean = weights.reduce((sum, w) => sum + w, 0) / weights.length;
    const deviation = Math.sqrt(weights.reduce((sum, w) => sum + (w - mean) ** 2, 0) / weights.length);
    expect(mean).toBeCloseTo(0, 1);
    expect(deviation).toBeCloseTo(1, 1);
    expect(new Set(floats(model, "1.weight"))).toEqual(new Set([1]));
    expect(new Set(floats(model, "1.bias"))).toEqual(new Set([0]));
    expect(model.graph.inputs[0]?.type).toBe("int64");
  });
});

describe("presets", () => {
  test("mlp has a linear layer for each width", () => {
    const { initializers, outputs } = nn.mlp({ inputs: 784, hidden: [256, 128], classes: 10 }).toModel([28, 28]).graph;
    expect(initializers.get("1.weight")?.dims).toEqual([256, 784]);
    expect(initializers.get("3.weight")?.dims).toEqual([128, 256]);
    expect(initializers.get("5.weight")?.dims).toEqual([10, 128]);
    expect(outputs[0]?.shape).toEqual(["N", 10]);
  });

  test("cnn is made for its images", () => {
    const { initializers, inputs } = nn.cnn({ channels: 1, size: 28, classes: 10 }).toModel().graph;
    expect(inputs[0]?.shape).toEqual(["N", 1, 28, 28]);
    expect(initializers.get("7.weight")?.dims).toEqual([128, 3136]);
    expect(() => nn.cnn({ channels: 1, size: 30, classes: 10 })).toThrow("Expected size to be a multiple of 4");
  });

  test("batch norms carry ONNX's momentum, 1 minus PyTorch's", () => {
    const { nodes } = nn.sequential([nn.batchNorm(3, { momentum: 0.25 })], { inputShape: [3] }).toModel().graph;
    expect(nodes[0]?.attributes.get("momentum")).toEqual({ kind: "float", value: 0.75 });
  });
});
