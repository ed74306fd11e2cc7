import { float, floatAttribute, intAttribute } from "../attributes.ts";
import type { GraphBuilder } from "../builder.ts";
import type { Node } from "../model.ts";
import { bind, inputOf, scalarLike, type Rewrite } from "./rewrite.ts";

/** The sum of input, skip and bias, normalised. */
export const skipLayerNormalization: Rewrite = {
  into: "Add, LayerNormalization",
  emit(g, node) {
    const [gamma, beta, bias] = [inputOf(node, 2), inputOf(node, 3), inputOf(node, 4)];
    const sum = summed(g, node, bias);
    bind(g, node, 3, sum);
    normalized(g, node, sum, gamma, beta, 1e-12);
    return true;
  },
};

/** The sum of input, skip and bias, divided by its root mean square. */
export const skipSimplifiedLayerNormalization: Rewrite = {
  into: "Add, RMSNormalization",
  emit(g, node) {
    const sum = summed(g, node, inputOf(node, 3));
    bind(g, node, 3, sum);
    bind(g, node, 1, g.op("ReduceMean", [sum, g.ints([-1])]));
    bind(g, node, 2, inverseRoot(g, node, sum, g.ints([-1])));
    bind(g, node, 0, rootMeanSquare(g, node, sum, inputOf(node, 2) ?? "", -1));
    return true;
  },
};

/** Division by the root mean square, under the name that ONNX Runtime's optimiser gives it. */
export const simplifiedLayerNormalization: Rewrite = {
  into: "RMSNormalization",
  emit(g, node) {
    const [x = "", scale = ""] = node.inputs;
    const axis = intAttribute(node, "axis", -1);
    if ((node.outputs[1] ?? "") !== "") {
      const rank = g.op("Size", [g.op("Shape", [x])]);
      const start = axis < 0 ? g.op("Add", [rank, g.int(axis)]) : g.int(axis);
      bind(g, node, 1, inverseRoot(g, node, x, g.op("Range", [start, rank, g.int(1)])));
    }
    bind(g, node, 0, rootMeanSquare(g, node, x, scale, axis));
    return true;
  },
};

/** The embeddings of words, positions and segments, added and normalised. */
export const embedLayerNormalization: Rewrite = {
  into: "Gather, Add, LayerNormalization",
  emit(g, node) {
    const [ids = "", segments, words = "", positions = "", segmentTable, gamma, beta, mask, places] = node.inputs.map(
      (name) => (name === "" ? undefined : name),
    );
    const lookUp = (table: string, indices: string) => g.op("Gather", [table, indices], { axis: 0 });
    const length = g.op("Shape", [ids], { start: 1, end: 2 });
    const place =
      places === undefined
        ? g.unsqueeze(lookUp(positions, g.op("Range", [g.int(0), g.squeeze(length, [0]), g.int(1)])), [0])
        : lookUp(positions, places);
    let sum = g.op("Add", [lookUp(words, ids), place]);
    if (segments !== undefined && segmentTable !== undefined) sum = g.op("Add", [sum, lookUp(segmentTable, segments)]);
    // How many positions of each sample count
    const counts =
      mask === undefined
        ? g.op("ConstantOfShape", [g.op("Shape", [ids], { start: 0, end: 1 })], {
            value: { type: "int32", dims: [1], bytes: new Uint8Array(4) },
          })
        : g.op("ReduceSum", [mask, g.ints([1])], { keepdims: 0 });
    bind(g, node, 1, counts);
    bind(g, node, 2, sum);
    normalized(g, { ...node, outputs: node.outputs.slice(0, 1) }, sum, gamma, beta, 1e-12);
    return true;
  },
};

function summed(g: GraphBuilder, node: Node, bias: string | undefined): string {
  const sum = g.op("Add", [inputOf(node, 0) ?? "", inputOf(node, 1) ?? ""]);
  return bias === undefined ? sum : g.op("Add", [sum, bias]);
}

function normalized(
  g: GraphBuilder,
  node: Node,
  value: string,
  gamma = "",
  beta: string | undefined,
  epsilon: number,
): void {
  g.node({
    op: "LayerNormalization",
    domain: "",
    name: node.name,
    inputs: beta === undefined ? [value, gamma] : [value, gamma, beta],
    outputs: node.outputs.slice(0, 3),
    attributes: new Map([
      ["axis", { kind: "int", value: -1 }],
      ["epsilon", { kind: "float", value: floatAttribute(node, "epsilon", epsilon) }],
    ]),
  });
}

function rootMeanSquare(g: GraphBuilder, node: Node, value: string, scale: string, axis: number): string {
  return g.op("RMSNormalization", [value, scale], { axis, epsilon: float(floatAttribute(node, "epsilon", 1e-5)) });
}

/** What the root mean square divides by, turned over. */
function inverseRoot(g: GraphBuilder, node: Node, value: string, axes: string): string {
  const mean = g.op("ReduceMean", [g.op("Mul", [value, value]), axes]);
  const shifted = g.op("Add", [mean, scalarLike(g, floatAttribute(node, "epsilon", 1e-5), value)]);
  return g.op("Reciprocal", [g.op("Sqrt", [shifted])]);
}
