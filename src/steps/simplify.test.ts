import { describe, expect, test } from "vitest";
import { float32, Random } from "../core/index.ts";
import { GraphBuilder, tensorData, workingModel, writeModel, type Graph } from "../graph/index.ts";
import { nodeRuntime } from "../runtime/node.ts";
import { forBatchSize } from "./for-batch-size.ts";
import { prepareModel } from "./prepared-model.ts";

const weight = tensorData(
  "float32",
  [6, 6],
  Float32Array.from({ length: 36 }, (_, i) => Math.sin(i)),
);

/** Graphs over x [N, 4, 6], and the ops that are left of them. */
const graphs: Readonly<Record<string, [(g: GraphBuilder, x: string) => string, string[]]>> = {
  "sizes gathered from a shape whose batch is open": [
    (g, x) => {
      const size = (axis: number) => g.unsqueeze(g.op("Gather", [g.shape(x), g.int(axis)], { axis: 0 }), [0]);
      const target = g.concat([size(0), g.mul(size(1), size(2))], 0);
      return g.reshape(g.matMul(x, "weight"), target);
    },
    ["MatMul", "Reshape"],
  ],
  "a batch size that is copied, beside a size that is left": [
    (g, x) => {
      const size = g.unsqueeze(g.op("Gather", [g.shape(x), g.int(0)], { axis: 0 }), [0]);
      const target = g.concat([size, g.ints([2, -1, 6])], 0);
      return g.reshape(g.matMul(g.reshape(x, target), "weight"), g.concat([size, g.ints([-1, 4])], 0));
    },
    ["Reshape", "MatMul", "Reshape"],
  ],
  "sizes sliced from a shape": [
    (g, x) => {
      const slice = (start: number, end: number) => g.op("Slice", [g.shape(x), g.ints([start]), g.ints([end])]);
      const flat = g.reshape(x, g.concat([g.ints([-1]), slice(2, 2 ** 40)], 0));
      return g.reshape(g.matMul(flat, "weight"), g.concat([slice(0, 1), slice(1, 3)], 0));
    },
    ["Reshape", "MatMul", "Reshape"],
  ],
  "parts of a tensor as a sequence": [
    (g, x) => {
      const parts = g.op("SplitToSequence", [x, g.ints([1, 3])], { axis: 1 });
      const chunks = g.op("SplitToSequence", [x, g.int(3)], { axis: 2 });
      const at = (sequence: string, i: number) => {
        const element = g.op("SequenceAt", [sequence, g.int(i)]);
        g.describe(element, "float32", undefined);
        return element;
      };
      const joined = g.concat([at(parts, 1), at(parts, 0)], 1);
      const turned = g.concat([at(chunks, 1), at(chunks, 0)], 2);
      return g.matMul(g.add(joined, turned), "weight");
    },
    ["Slice", "Slice", "Concat", "Slice", "Slice", "Concat", "Add", "MatMul"],
  ],
  "a squeeze of an axis if its size is one, twice": [
    (g, x) => {
      const squeezed = (value: string, axis: number) => {
        const branch = (squeeze: boolean) => {
          const body = new GraphBuilder(g);
          const changed = squeeze ? body.squeeze(value, [axis]) : body.op("Identity", [value]);
          body.output("inner", body.mul(changed, squeeze ? 2 : 3));
          return body.build("branch");
        };
        const size = g.op("Gather", [g.op("Shape", [value]), g.int(axis)], { axis: 0 });
        const is = g.equal(size, 1);
        const result = g.op("If", [is], { then_branch: branch(true), else_branch: branch(false) });
        g.describe(result, "float32", undefined);
        return result;
      };
      return g.matMul(squeezed(squeezed(g.unsqueeze(x, [2, 3]), 2), 2), "weight");
    },
    ["Unsqueeze", "Squeeze", "Mul", "Squeeze", "Mul", "MatMul"],
  ],
  "constants computed from constants": [
    (g, x) => {
      const scale = g.op("Exp", [g.op("Expand", [g.scalar(0.5, "float32"), g.ints([6])])]);
      return g.matMul(g.mul(x, scale), "weight");
    },
    ["Mul", "MatMul"],
  ],
};

function built(emit: (g: GraphBuilder, x: string) => string): Graph {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", ["N", 4, 6]);
  g.initializer("weight", weight);
  g.output("y", emit(g, x));
  return g.build("test");
}

async function run(graph: Graph, samples: number): Promise<number[]> {
  const random = new Random(samples, "simplify");
  const x = float32(
    Float32Array.from({ length: samples * 24 }, () => random.uniform(-1, 1)),
    [samples, 4, 6],
  );
  const session = await nodeRuntime.open(writeModel(workingModel(graph)), { threads: 1 });
  const { y } = await session.run({ x });
  await session.release();
  return [...(y?.dims ?? []), ...Array.from(y?.data as Float32Array)];
}

describe.each(Object.entries(graphs))("%s", (_, [emit, left]) => {
  const graph = built(emit);

  test("leave what the parameters are in, and the parameters", async () => {
    const prepared = await prepareModel(workingModel(graph), nodeRuntime);
    expect(prepared.graph.nodes.map(({ op }) => op).filter((op) => op !== "Identity")).toEqual(left);
    expect(prepared.parameters.map(({ name }) => name)).toEqual(["weight"]);
    expect(prepared.scores.shape?.every((dim, axis) => axis === 0 || typeof dim === "number")).toBe(true);
  });

  test("compute the same for any size of the batch, and for the one that they are made for", async () => {
    const prepared = await prepareModel(workingModel(graph), nodeRuntime);
    const sized = await forBatchSize(prepared, 5, nodeRuntime);
    for (const samples of [1, 5]) expect(await run(prepared.graph, samples)).toEqual(await run(graph, samples));
    expect(await run(sized.graph, 5)).toEqual(await run(graph, 5));
    expect(sized.scores.shape?.[0]).toBe(5);
  });
});
