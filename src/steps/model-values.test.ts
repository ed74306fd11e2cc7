import { expect, test } from "vitest";
import { float32 } from "../core/index.ts";
import { GraphBuilder, tensorData, writeModel, type Model } from "../graph/index.ts";
import { loadNodeRuntime } from "../runtime/index.ts";
import { ModelValues } from "./model-values.ts";
import { prepareModel } from "./prepared-model.ts";

/** As exporters write a model in its training form: batch statistics, and a dropout that drops. */
function trainingForm(): Model {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", ["N", 2]);
  const of = (name: string, ...values: number[]) => g.initializer(name, tensorData("float32", [2], values));
  const inputs = [x, of("scale", 1, 2), of("shift", 3, 4), of("mean", 5, 6), of("variance", 7, 8)];
  const [normal = ""] = g.ops("BatchNormalization", inputs, 3, { training_mode: 1 });
  const training = g.initializer("training", tensorData("bool", [], [1]));
  g.output("scores", g.op("Dropout", [normal, g.scalar(0.5, "float32"), training]), ["N", 2]);
  const producer = { name: "", version: "" };
  return {
    irVersion: 9,
    opsets: new Map([["", 20]]),
    graph: g.build("test"),
    functions: [],
    metadata: new Map(),
    producer,
  };
}

test("a model that was exported to be trained is saved to be used", async () => {
  const runtime = await loadNodeRuntime();
  const saved = new ModelValues(await prepareModel(trainingForm(), runtime)).toModel();
  const session = await runtime.open(writeModel(saved));
  const { scores } = await session.run({ x: float32([1, -1, 2, 4], [2, 2]) });
  await session.release();
  const expected = [1, -1, 2, 4].map((value, i) =>
    i % 2 === 0 ? (value - 5) / Math.sqrt(7 + 1e-5) + 3 : (2 * (value - 6)) / Math.sqrt(8 + 1e-5) + 4,
  );
  (scores!.data as Float32Array).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
});
