import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { float32, int64 } from "../../src/core/index.ts";
import { crossEntropy } from "../../src/criteria/index.ts";
import { float, GraphBuilder, tensorData, workingModel, type Model } from "../../src/graph/index.ts";
import { gradientsOf, loadModel } from "../../src/steps/index.ts";
import { worst } from "../run-graph.ts";

type Tensors = Record<"weight" | "bias" | "running_mean" | "running_var", readonly number[]>;
const { x, labels, head, before, after, gradients } = JSON.parse(
  readFileSync(new URL("../fixtures/shared-norm.json", import.meta.url), "utf8"),
) as Record<"x" | "labels" | "head", readonly number[]> & Record<"before" | "after" | "gradients", Tensors>;

/** Two normalisations with a tanh between them; the second reads `second`, which are values of its own where they are new. */
function modelOf(batch: "N" | 6, second: Partial<Record<keyof Tensors, string>> = {}, shared = "Identity"): Model {
  const g = new GraphBuilder();
  const input = g.input("x", "float32", [batch, 3]);
  const weights = g.initializer("head", tensorData("float32", [2, 3], head));
  const tensor = (name: keyof Tensors, as: string = name) =>
    g.has(as) ? as : g.initializer(as, tensorData("float32", [3], before[name]));
  const names = ["weight", "bias", "running_mean", "running_var"] as const;
  const norm = (value: string, use: (name: keyof Tensors) => string) =>
    g.op("BatchNormalization", [value, ...names.map(use)], { momentum: float(0.8) });
  const first = g.op("Tanh", [norm(input, (name) => tensor(name))]);
  const last = norm(first, (name) => {
    const other = second[name];
    return other === shared ? g.op("Identity", [tensor(name)]) : tensor(name, other);
  });
  g.output("scores", g.op("Gemm", [last, weights], { transB: 1 }), [batch, 2]);
  return workingModel(g.build("shared"));
}

const near = { relative: 1e-5, absolute: 1e-6 };
const request = {
  criterion: crossEntropy(),
  inputs: { x: float32(x, [6, 3]) },
  labels: int64(labels, [6]),
  mode: "train",
} as const;
const numbers = (tensor: { data: unknown } | undefined) => Array.from(tensor!.data as Float32Array);

test.each(["N", 6] as const)(
  "a module that is called twice moves its statistics twice, as in PyTorch (batch %s)",
  async (batch) => {
    const model = await loadModel(modelOf(batch));
    expect(model.parameters.map(({ name }) => name)).toEqual(["head", "weight", "bias"]);
    const result = await gradientsOf(model, request);
    expect([...result.statistics.keys()]).toEqual(["running_mean", "running_var"]);
    for (const name of ["running_mean", "running_var"] as const)
      expect(worst(numbers(result.statistics.get(name)), after[name], near)).toBeLessThan(1);
    for (const name of ["weight", "bias"] as const)
      expect(worst(numbers(result.gradients.get(name)), gradients[name], near)).toBeLessThan(1);
  },
);

test.each<[string, Parameters<typeof modelOf>[1]]>([
  ["read other weights", { weight: "weight2", bias: "bias2" }],
  ["were told apart by Identity", { running_mean: "Identity", running_var: "Identity" }],
])("normalisations that %s have statistics of their own", async (_, second) => {
  const model = await loadModel(modelOf("N", second));
  expect(model.prepared.statistics).toEqual(["running_mean", "running_var", "running_mean.2", "running_var.2"]);
  const { statistics } = await gradientsOf(model, request);
  const apart = { weight: "w2", bias: "b2", running_mean: "mean2", running_var: "var2" };
  const expected = (await gradientsOf(await loadModel(modelOf("N", apart)), request)).statistics;
  const pairs = { running_mean: "running_mean", "running_mean.2": "mean2", "running_var.2": "var2" };
  for (const [name, other] of Object.entries(pairs))
    expect(numbers(statistics.get(name))).toEqual(numbers(expected.get(other)));
  for (const [name, value] of statistics) model.values.set(name, value);
  expect([...model.values.toModel().graph.initializers.keys()]).toContain("running_var.2");
});
