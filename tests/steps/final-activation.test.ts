import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { float32, int64 } from "../../src/core/index.ts";
import { binaryCrossEntropy, crossEntropy, meanSquaredError } from "../../src/criteria/index.ts";
import { GraphBuilder, tensorData, workingModel, type Model } from "../../src/graph/index.ts";
import { gradientsOf, loadModel } from "../../src/steps/index.ts";
import { worst } from "../run-graph.ts";

interface Case {
  readonly terms: readonly number[];
  readonly weight: readonly number[];
  readonly bias: readonly number[];
}
type Lists = "inputs" | "weight" | "bias" | "labels" | "marks" | "classWeights" | "softmax" | "sigmoid";
type Cases = "crossEntropy" | "nll" | "binaryCrossEntropy";
const fixture = JSON.parse(
  readFileSync(new URL("../fixtures/final-activations.json", import.meta.url), "utf8"),
) as Record<Lists, readonly number[]> & Record<Cases, Case>;

/** x [N, 3] through a linear layer of 4 classes and what `end` puts behind it. */
function modelOf(end: (g: GraphBuilder, logits: string) => string): Model {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", ["N", 3]);
  const weight = g.initializer("weight", tensorData("float32", [4, 3], fixture.weight));
  const bias = g.initializer("bias", tensorData("float32", [4], fixture.bias));
  g.output("scores", end(g, g.op("Gemm", [x, weight, bias], { transB: 1 })));
  return workingModel(g.build("test"));
}

const inputs = { x: float32(fixture.inputs, [5, 3]) };
const labels = int64(fixture.labels, [5]);
const marks = float32(fixture.marks, [5, 4]);
const near = { relative: 2e-6, absolute: 2e-6 };

async function check(model: Model, request: Parameters<typeof gradientsOf>[1], expected: Case): Promise<number[]> {
  const { terms, gradients, scores } = await gradientsOf(await loadModel(model), request);
  expect(worst([...terms], expected.terms, near)).toBeLessThan(1);
  for (const name of ["weight", "bias"] as const) {
    const got = Array.from(gradients.get(name)!.data as Float32Array);
    const scale = Math.max(...expected[name].map(Math.abs));
    expect(worst(got, expected[name], { relative: 2e-6, absolute: 1e-6 * scale })).toBeLessThan(1);
  }
  return Array.from(scores.data as Float32Array);
}

const softmax = (g: GraphBuilder, x: string) => g.op("Softmax", [x], { axis: 1 });
const ends: Record<string, (g: GraphBuilder, logits: string) => string> = {
  "a Softmax": softmax,
  "a Softmax over the last axis": (g, x) => g.op("Softmax", [x]),
  "the Log of a Softmax": (g, x) => g.op("Log", [softmax(g, x)]),
  "a LogSoftmax": (g, x) => g.op("LogSoftmax", [x], { axis: 1 }),
  "a Softmax of 1 x 1 maps, and a Flatten": (g, x) => g.op("Flatten", [softmax(g, g.unsqueeze(x, [2, 3]))]),
  "a Softmax between Reshapes": (g, x) => g.reshape(softmax(g, g.reshape(x, [-1, 4, 1])), [-1, 4]),
  "a Softmax in float64, and a Cast": (g, x) => g.op("Cast", [softmax(g, g.op("Cast", [x], { to: 11 }))], { to: 1 }),
};

describe.each(Object.entries(ends))("under a cross-entropy, %s", (name, end) => {
  test("is judged by its logits, and gives its scores as they are", async () => {
    const criterion = crossEntropy({ classWeights: fixture.classWeights, labelSmoothing: 0.1 });
    const scores = await check(modelOf(end), { criterion, inputs, labels }, fixture.crossEntropy);
    if (!name.includes("Log")) expect(worst(scores, fixture.softmax, near)).toBeLessThan(1);
  });
});

test("a LogSoftmax has PyTorch's nll_loss", async () => {
  await check(modelOf(ends["a LogSoftmax"]!), { criterion: crossEntropy(), inputs, labels }, fixture.nll);
});

test.each<[string, (g: GraphBuilder, logits: string) => string]>([
  ["a Sigmoid", (g, x) => g.op("Sigmoid", [x])],
  ["a Sigmoid and a Reshape", (g, x) => g.reshape(g.op("Sigmoid", [g.unsqueeze(x, [1])]), [0, 4])],
])("under a binary cross-entropy, %s is judged by its logits", async (_, end) => {
  const request = { criterion: binaryCrossEntropy(), inputs, labels: marks };
  const scores = await check(modelOf(end), request, fixture.binaryCrossEntropy);
  expect(worst(scores, fixture.sigmoid, near)).toBeLessThan(1);
});

describe("scores are taken as they are", () => {
  /** Both models' terms, where the second computes the same scores in a way that tells nothing of them. */
  async function terms(criterion: Parameters<typeof gradientsOf>[1]["criterion"], end: (typeof ends)[string]) {
    const targets = criterion.name === "crossEntropy" ? int64([0, 1, 2, 3, 1], [5]) : marks;
    const of = async (model: Model) => [
      ...(await gradientsOf(await loadModel(model), { criterion, inputs, labels: targets })).terms,
    ];
    return [await of(modelOf(end)), await of(modelOf((g, x) => g.op("Abs", [end(g, x)])))];
  }

  test.each<[string, Parameters<typeof terms>[0], (typeof ends)[string]]>([
    ["under a squared error", meanSquaredError(), softmax],
    ["where a cross-entropy meets a Sigmoid", crossEntropy(), (g, x) => g.op("Sigmoid", [x])],
    ["where a binary cross-entropy meets a Softmax", binaryCrossEntropy(), softmax],
    ["where a softmax is over the samples", crossEntropy(), (g, x) => g.op("Softmax", [x], { axis: 0 })],
    [
      "where a softmax is over other groups than the classes",
      crossEntropy(),
      (g, x) => g.reshape(g.op("Softmax", [g.reshape(x, [-1, 2, 2])], { axis: 2 }), [-1, 4]),
    ],
    ["where more than one softmax has been there", crossEntropy(), (g, x) => g.mul(softmax(g, x), 3)],
  ])("%s", async (_, criterion, end) => {
    const [got, expected] = await terms(criterion, end);
    expect(worst(got!, expected!, near)).toBeLessThan(1);
  });
});
