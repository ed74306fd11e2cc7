import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GraphBuilder, metadataKeys, tensorData, workingModel, writeModel, type Model } from "../../src/graph/index.ts";
import { nn } from "../../src/nn/index.ts";
import { onward } from "./onward.ts";

const root = mkdtempSync(join(tmpdir(), "onward-inspect-"));
const layers = [nn.conv2d(1, 2, 3), nn.batchNorm(2), nn.relu(), nn.flatten(), nn.linear(8, 3), nn.softmax()];
const network: Model = nn.sequential(layers, { inputShape: [1, 4, 4] }).toModel();

beforeAll(() => writeFileSync(join(root, "net.onnx"), writeModel(network)));
afterAll(() => rmSync(root, { recursive: true }));

test("shows parameters, ops and a summary", async () => {
  const { code, out, err } = await onward(["inspect", "net.onnx"], root);
  expect([code, err]).toEqual([0, ""]);
  expect(out.replace(/onward \d\S*,/, "onward,")).toBe(`Parameters
  name      shape         values
  0.weight  [2, 1, 3, 3]      18
  0.bias    [2]                2
  1.weight  [2]                2
  1.bias    [2]                2
  4.weight  [3, 8]            24
  4.bias    [3]                3

Operations
  op                  nodes  gradient
  BatchNormalization      1  yes
  Conv                    1  yes
  Flatten                 1  yes
  Gemm                    1  yes
  Identity                1  yes
  Relu                    1  yes
  Softmax                 1  yes

net.onnx     onward, IR 9, opset ai.onnx 20
Inputs       input  float32  [N, 1, 4, 4]
Outputs      scores  float32  [N, 3]
Stored       8 tensors, 220 B
Scores       probabilities, by node Softmax "onward/Softmax_5"; a cross-entropy is computed from the logits that it reads
Head         node Gemm "onward/Gemm_4": 8 features to 3 classes by 4.weight and 4.bias; then Softmax
In training  1 batch normalisation uses each batch's statistics, unless frozen
             no dropout
Trains       yes: 6 parameters of 51 values (204 B), and 2 running statistics
`);
});

test("says what became of a batch size that the file fixes", async () => {
  const [input] = network.graph.inputs;
  const fixed = { ...network.graph, inputs: [{ ...input!, shape: [2, 1, 4, 4] }] };
  writeFileSync(join(root, "fixed.onnx"), writeModel({ ...network, graph: fixed }));
  const { out } = await onward(["inspect", "fixed.onnx"], root);
  expect(out).toContain("\nBatch        exported for 2, and opened to any number of samples\n");
});

test("says what was left out of the parameters, once for each reason", async () => {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", [2, 3]);
  const list = (name: string, values: number[]) => g.initializer(name, tensorData("float32", [3], values));
  const standard = g.div(g.sub(x, list("mean", [1, 2, 3])), list("std", [4, 5, 6]));
  const weight = g.initializer("weight", tensorData("float32", [3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9]));
  g.output("scores", g.add(g.matMul(standard, weight), list("mask", [0, -100, 0])), ["N", 3]);
  writeFileSync(join(root, "left.onnx"), writeModel(workingModel(g.build("left"))));
  const { out } = await onward(["inspect", "left.onnx"], root);
  expect(out).toContain(`
Left out     mean [3] and 1 more: part of the inputs' preprocessing
             mask [3]: a mask: its values are 0 and 1, or 0 and far below
Trains       yes: 1 parameter of 9 values (36 B)
`);
});

test("with --json prints one object", async () => {
  const { code, out, err } = await onward(["inspect", "net.onnx", "--json"], root);
  expect([code, err]).toEqual([0, ""]);
  const inspection = JSON.parse(out) as Record<string, unknown>;
  expect(inspection).toMatchObject({
    file: "net.onnx",
    inputs: [{ name: "input", type: "float32", shape: ["N", 1, 4, 4] }],
    metadata: { [metadataKeys.parameters]: network.metadata.get(metadataKeys.parameters) },
    operations: expect.arrayContaining([{ op: "Conv", count: 1, status: "rule" }]) as unknown,
    head: { weight: "4.weight", bias: "4.bias", features: 8, classes: 3, before: ["Softmax"] },
    statistics: ["1.running_mean", "1.running_var"],
    scores: { kind: "probabilities", activation: "softmax", node: 'node Softmax "onward/Softmax_5"' },
    refused: [],
  });
  expect(inspection["parameters"]).toContainEqual({
    name: "4.weight",
    type: "float32",
    shape: [3, 8],
    elements: 24,
    bytes: 96,
  });
});

test.each([
  [2, "no file", ["inspect"], "onward: Expected at least 1 FILE.onnx, got none.\n"],
  [1, "an absent file", ["inspect", "no.onnx"], 'onward: Expected to read "no.onnx", got no such file.\n'],
])("%i: %s", async (code, _, args, message) => {
  expect(await onward(args, root)).toEqual({ code, out: "", err: message });
});
