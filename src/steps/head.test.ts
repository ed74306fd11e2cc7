import { describe, expect, test } from "vitest";
import { OnwardError } from "../core/index.ts";
import { GraphBuilder, tensorData, type Graph } from "../graph/index.ts";
import { findHead } from "./head.ts";

function graphOf(emit: (g: GraphBuilder, x: string, tensor: (name: string, ...dims: number[]) => string) => string) {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", ["N", 4, 2, 2]);
  const tensor = (name: string, ...dims: number[]) =>
    g.initializer(name, tensorData("float32", dims, new Float32Array(dims.reduce((n, d) => n * d, 1))));
  g.output("scores", emit(g, x, tensor));
  return g.build("test");
}

const found = (graph: Graph) => {
  const { node, weight, bias, features, classes, after } = findHead(graph);
  return [node.op, weight.name, weight.axis, bias?.name, features, classes, after.map(({ op }) => op).join()];
};

describe("finds the head", () => {
  test("a Gemm, its weight outputs first or last", () => {
    const gemm = (transB: number, ...dims: number[]) =>
      graphOf((g, x, tensor) => g.op("Gemm", [g.op("Flatten", [x]), tensor("w", ...dims), tensor("b", 3)], { transB }));
    expect(found(gemm(1, 3, 16))).toEqual(["Gemm", "w", 0, "b", 16, 3, "Identity"]);
    expect(found(gemm(0, 16, 3))).toEqual(["Gemm", "w", 1, "b", 16, 3, "Identity"]);
  });

  test("a MatMul with and without the Add after it, its weight transposed by a node or not", () => {
    const graph = (turned: boolean, biased: boolean) =>
      graphOf((g, x, tensor) => {
        const weight = turned ? g.transpose(tensor("w", 3, 2), [1, 0]) : tensor("w", 2, 3);
        const product = g.matMul(x, weight);
        return biased ? g.add(tensor("b", 3), product) : product;
      });
    expect(found(graph(false, true))).toEqual(["MatMul", "w", 1, "b", 2, 3, "Identity"]);
    expect(found(graph(true, true))).toEqual(["MatMul", "w", 0, "b", 2, 3, "Identity"]);
    expect(found(graph(true, false))).toEqual(["MatMul", "w", 0, undefined, 2, 3, "Identity"]);
  });

  test("a 1x1 convolution behind an activation, a mean over positions and a change of shape", () => {
    const graph = graphOf((g, x, tensor) => {
      const maps = g.op("Relu", [g.op("Conv", [x, tensor("w", 5, 4, 1, 1), tensor("b", 5)])]);
      return g.op("Softmax", [g.mul(g.reshape(g.mean(maps, [2, 3], 1), [-1, 5]), 10)], { axis: 1 });
    });
    expect(found(graph)).toEqual(["Conv", "w", 0, "b", 4, 5, "Identity,Softmax,Mul,Reshape,ReduceMean,Relu"]);
  });

  test("a MatMul of which one position is taken: the first, the last, or one for each sample", () => {
    const picked = (pick: (g: GraphBuilder, y: string) => string, rank = 3) =>
      graphOf((g, x, tensor) => {
        const features = rank === 3 ? g.reshape(x, [-1, 4, 4]) : g.reshape(x, [-1, 4]);
        const scores = g.matMul(features, tensor("w", 4, 3));
        return pick(g, scores);
      });
    const first = picked((g, y) => g.op("Gather", [y, g.int(0)], { axis: 1 }));
    expect(found(first)).toEqual(["MatMul", "w", 1, undefined, 4, 3, "Identity,Gather"]);
    const rows = picked((g, y) => g.op("Gather", [y, g.ints([0, 1])], { axis: 0 }), 2);
    expect(found(rows)).toEqual(["MatMul", "w", 1, undefined, 4, 3, "Identity,Gather"]);
    const each = picked((g, y) => g.op("GatherND", [y, g.initializer("at", tensorData("int64", [1, 2], [0, 1]))]));
    const scores = each.nodes.find(({ op }) => op === "MatMul")?.outputs[0] ?? "";
    const known = { ...each, values: new Map([[scores, { name: scores, shape: ["N", 4, 3] }]]) };
    expect(found(known)).toEqual(["MatMul", "w", 1, undefined, 4, 3, "Identity,GatherND"]);
    expect(() => findHead(picked((g, y) => g.op("Gather", [y, g.ints([0, 1])], { axis: 1 }), 2))).toThrow(
      /got node Gather/,
    );
  });

  test("and tells which of its tensors others read too", () => {
    const graph = graphOf((g, x, tensor) => {
      const tied = tensor("w", 2, 2);
      const bias = g.op("Identity", [tensor("b", 2)]);
      return g.add(g.matMul(g.matMul(x, tied), g.op("Identity", [tied])), bias);
    });
    const { weight, bias } = findHead(graph);
    expect([weight.name, weight.exclusive, bias?.name, bias?.exclusive]).toEqual(["w", false, "b", true]);
  });
});

describe("refuses, naming where the search ended,", () => {
  const message = (graph: Graph) => {
    try {
      findHead(graph);
    } catch (error) {
      if (error instanceof OnwardError) return error.message;
    }
    throw new Error("no refusal");
  };
  const residual = graphOf((g, x, tensor) => g.add(x, g.matMul(x, tensor("w", 2, 2))));
  const wide = graphOf((g, x, tensor) => g.op("Conv", [x, tensor("w", 5, 4, 2, 2)]));
  const grouped = graphOf((g, x, tensor) => g.op("Conv", [x, tensor("w", 4, 1, 1, 1)], { group: 4 }));
  const computed = graphOf((g, x) => g.matMul(x, x));
  const perClass = graphOf((g, x, tensor) => g.mul(g.matMul(x, tensor("w", 2, 3)), tensor("scale", 3)));

  test.each([
    ["a sum of two branches", residual, /got node Add "onward\/Add_1"/],
    ["a convolution with a window", wide, /got shape \[5, 4, 2, 2\] \(node Conv /],
    ["a grouped convolution", grouped, /got a grouped convolution \(node Conv /],
    ["a product without weights", computed, /got node MatMul "onward\/MatMul_0"/],
    ["a scale for each class", perClass, /got node Mul /],
  ])("%s", (_, graph, expected) => {
    expect(message(graph)).toMatch(expected);
  });
});
