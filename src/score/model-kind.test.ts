import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { OnwardError } from "../core/index.ts";
import { GraphBuilder, workingModel, writeModel } from "../graph/index.ts";
import type { ScoreKind } from "../metrics/index.ts";
import { modelKind } from "./use-model.ts";

const root = mkdtempSync(join(tmpdir(), "onward-kind-"));
afterAll(() => rmSync(root, { recursive: true }));

/** A file of a model [N, 3] that ends in these ops. */
function fileOf(...ops: readonly string[]): string {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", ["N", 3]);
  g.output(
    "scores",
    ops.reduce((value, op) => g.op(op, [value]), x),
  );
  const file = join(root, `${ops.join("-")}.onnx`);
  writeFileSync(file, writeModel(workingModel(g.build("test"))));
  return file;
}

test.each<[readonly string[], ScoreKind | undefined, ScoreKind]>([
  [["Softmax"], undefined, "probabilities"],
  [["Softmax", "Identity"], "probabilities", "probabilities"],
  [["LogSoftmax"], undefined, "log-probabilities"],
  [["Softmax", "Log"], undefined, "log-probabilities"],
  [["LogSoftmax"], "logits", "logits"],
  [["Relu"], "logits", "logits"],
  [["Sigmoid"], "probabilities", "probabilities"],
])("a model that ends in %j, declared %j, gives %s", async (ops, declared, kind) => {
  expect(await modelKind(fileOf(...ops), declared)).toBe(kind);
});

test.each<[readonly string[], ScoreKind | undefined, string]>([
  [["Softmax"], "logits", "Expected --kind probabilities, which come out of node Softmax"],
  [["LogSoftmax"], "probabilities", "Expected --kind log-probabilities, which come out of node LogSoftmax"],
  [["Relu"], undefined, "as the graph does not end in a softmax over the classes, got nothing"],
])("a model that ends in %j, declared %j, is an error", async (ops, declared, message) => {
  const failed = modelKind(fileOf(...ops), declared);
  await expect(failed).rejects.toThrow(message);
  await expect(failed).rejects.toMatchObject({ code: "usage" } satisfies Partial<OnwardError>);
});
