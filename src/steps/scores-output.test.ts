import { describe, expect, test } from "vitest";
import { float32, int64 } from "../core/index.ts";
import { crossEntropy } from "../criteria/index.ts";
import { GraphBuilder, readModel, tensorData, workingModel, writeModel, type Model } from "../graph/index.ts";
import { loadNodeRuntime } from "../runtime/index.ts";
import { gradientsOf } from "./gradients-of.ts";
import { findHead } from "./head.ts";
import { inspectModel } from "./inspect-model.ts";
import { loadModel } from "./load-model.ts";
import { replaceHead } from "./replace-head.ts";

/** As converters of scikit-learn write a classifier: the label of each sample, then its probabilities. */
function labelsFirst(zipped: boolean): Model {
  const g = new GraphBuilder();
  const weight = g.initializer("coefficient", tensorData("float32", [3, 2], [0.1, 0.2, 0.3, -0.1, -0.2, -0.3]));
  const logits = g.matMul(g.input("x", "float32", ["N", 3]), weight);
  const probabilities = g.op("Softmax", [logits], { axis: 1 });
  const names = g.ints([10, 20]);
  const label = g.op("ai.onnx.ml:ArrayFeatureExtractor", [names, g.op("ArgMax", [probabilities], { axis: 1 })]);
  g.describe(label, "int64", undefined);
  g.output("label", g.reshape(label, [-1]), ["N"]);
  g.output(zipped ? g.op("ai.onnx.ml:ZipMap", [probabilities], { classlabels_int64s: [10, 20] }) : probabilities);
  const model = workingModel(g.build("classifier"));
  return readModel(writeModel({ ...model, opsets: new Map([...model.opsets, ["ai.onnx.ml", 1]]) }));
}

describe.each([
  ["as a tensor", false],
  ["as maps", true],
])("of a model that gives labels before probabilities %s", (_, zipped) => {
  test("the probabilities are the scores", async () => {
    const model = await loadModel(labelsFirst(zipped));
    const inputs = { x: float32([1, 2, 3, 4, 5, 6], [2, 3]) };
    const { scores, gradients } = await gradientsOf(model, {
      criterion: crossEntropy(),
      inputs,
      labels: int64([0, 1], [2]),
    });
    expect(scores.dims).toEqual([2, 2]);
    expect([...gradients.keys()]).toEqual(["coefficient"]);
    expect(model.prepared.activation?.name).toBe("softmax");
    expect(model.prepared.model.graph.outputs.length).toBe(2);
  });

  test("the head stands before the probabilities", async () => {
    const given = labelsFirst(zipped);
    expect(findHead(given.graph).weight.name).toBe("coefficient");
    expect((await inspectModel(given, await loadNodeRuntime())).obstacle).toBeUndefined();
  });

  test("a new head leaves the scores alone, as the labels name the old classes", async () => {
    const { graph } = replaceHead(labelsFirst(zipped), { classes: 4 });
    expect(graph.outputs.length).toBe(1);
    expect(graph.nodes.map(({ op }) => op)).toEqual(["MatMul", "Softmax"]);
    const model = await loadModel(readModel(writeModel({ ...labelsFirst(zipped), graph })));
    expect(model.prepared.scores.shape).toEqual(["N", 4]);
  });
});
