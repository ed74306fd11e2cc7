import { describe, expect, test } from "vitest";
import { float32, int64 } from "../core/index.ts";
import { crossEntropy } from "../criteria/index.ts";
import { GraphBuilder, tensorData, workingModel, type Model } from "../graph/index.ts";
import { nodeRuntime } from "../runtime/node.ts";
import { gradientsOf } from "./gradients-of.ts";
import { inspectModel } from "./inspect-model.ts";
import { loadModel } from "./load-model.ts";

const keep = 0.75;
const samples = 2000;
const x = float32(
  Float32Array.from({ length: samples * 2 }, (_, i) => 1 + (i % 5)),
  [samples, 2],
);
const labels = int64(
  Array.from({ length: samples }, () => 0),
  [samples],
);

/** Ways to draw whether a sample is kept, from random numbers like `zeros` [N, 1]. */
const masks: Readonly<Record<string, (g: GraphBuilder, zeros: string) => string>> = {
  "random < keep": (g, zeros) =>
    g.op("Cast", [g.less(g.op("RandomUniformLike", [zeros], { dtype: 1 }), keep)], { to: 1 }),
  "floor(keep + random)": (g, zeros) =>
    g.op("Floor", [g.op("Add", [g.scalar(keep, "float32"), g.op("RandomUniformLike", [zeros], { dtype: 1 })])]),
};

function model(mask: (g: GraphBuilder, zeros: string) => string): Model {
  const g = new GraphBuilder();
  const input = g.input("x", "float32", ["N", 2]);
  const weight = g.initializer("weight", tensorData("float32", [2, 2], [1, 2, 3, 4]));
  const size = g.op("Gather", [g.shape(input), g.ints([0])], { axis: 0 });
  const zeros = g.op("ConstantOfShape", [g.concat([size, g.ints([1])], 0)]);
  const kept = g.op("Div", [mask(g, zeros), g.scalar(keep, "float32")]);
  g.output("scores", g.mul(g.matMul(input, weight), kept), ["N", 2]);
  return { ...workingModel(g.build("stochastic depth")), opsets: new Map([["", 20]]) };
}

describe.each(Object.entries(masks))("a mask of %s", (_, mask) => {
  const plain = Array.from({ length: samples }, (_, i) => {
    const [a = 0, b = 0] = x.data.slice(2 * i, 2 * i + 2) as Float32Array;
    return a + 3 * b;
  });
  const first = async (mode: "train" | "eval", seed = 1) => {
    const loaded = await loadModel(model(mask), nodeRuntime);
    const { scores } = await gradientsOf(loaded, { criterion: crossEntropy(), inputs: { x }, labels, mode, seed });
    return plain.map((_, i) => Number(scores.data[2 * i]));
  };

  test("drops nothing in evaluation", async () => {
    expect(await first("eval")).toEqual(plain);
  });

  test("drops whole samples in training, each with its probability, and the same for the same seed", async () => {
    const scores = await first("train");
    const kept = scores.filter((score, i) => Math.abs(score - (plain[i] ?? 0) / keep) < 1e-4).length;
    expect(scores.filter((score) => score === 0).length + kept).toBe(samples);
    // Five standard deviations.
    expect(Math.abs(kept / samples - keep)).toBeLessThan(0.05);
    expect(await first("train")).toEqual(scores);
    expect(await first("train", 2)).not.toEqual(scores);
  });

  test("is written as a Dropout, which draws nothing where the model is used", async () => {
    const { values } = await loadModel(model(mask), nodeRuntime);
    const { nodes } = values.toModel().graph;
    expect(nodes.map(({ op }) => op)).toContain("Dropout");
    expect(nodes.map(({ op }) => op)).not.toContain("RandomUniformLike");
  });

  test("counts as a dropout", async () => {
    const { trainingForms, operations } = await inspectModel(model(mask), nodeRuntime);
    expect(trainingForms.dropout).toBe(1);
    expect(operations.map(({ op }) => op)).toContain("RandomUniformLike");
  });
});
