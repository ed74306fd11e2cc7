import {
  floatAttribute,
  intAttribute,
  isStatic,
  qualifiedName,
  type GraphBuilder,
  type Node,
} from "../../graph/index.ts";

/** Layers of so many weights and more are worth it; of fewer, an order of axes is not worth a transposition. */
const fewestWeights = 2 ** 14;

/** A linear layer Y = X W^T + b of samples X [N, K], with weights W [M, K] and a bias [M] or none. */
export interface LinearLayer {
  readonly x: string;
  readonly y: string;
  /** Whether its weights are so many that it gains by the other order of axes. */
  readonly large: boolean;
  /**
   * Emits Y^T = W X^T + b, [M, N], and returns it.
   *
   * The runtime copies the second factor of a product into blocks before it multiplies, and takes the first as it is. Weights
   * are many and samples few, so the weights are better first; for their gradient dY^T X, too, dY^T is then there as it is.
   *
   * @param x - the samples, as X^T where `turned`
   */
  readonly major: (x: string, turned: boolean) => string;
  /** Emits Y from X^T under its own name. */
  readonly plain: (x: string) => void;
}

/** What a node is as a linear layer; undefined where it is none, or sizes are not known. */
export function linearLayer(g: GraphBuilder, node: Node): LinearLayer | undefined {
  if (qualifiedName(node) !== "Gemm") return undefined;
  const [x = "", w = "", bias = ""] = node.inputs;
  const [y = ""] = node.outputs;
  const [samples, weights, offsets] = [g.shapeOf(x), g.shapeOf(w), bias === "" ? undefined : g.shapeOf(bias)];
  const simple = floatAttribute(node, "alpha", 1) === 1 && floatAttribute(node, "beta", 1) === 1;
  const layout = intAttribute(node, "transA", 0) === 0 && intAttribute(node, "transB", 0) === 1;
  if (!simple || !layout || !isStatic(samples) || !isStatic(weights) || g.typeOf(x) !== "float32") return undefined;
  const [outputs = 1, inputs = 1] = weights;
  if (bias !== "" && offsets?.join() !== String(outputs)) return undefined;
  return {
    x,
    y,
    large: outputs * inputs >= fewestWeights,
    major: (value, turned) => {
      const column = bias === "" ? [] : [g.reshape(bias, [outputs, 1])];
      for (const name of column) g.describe(name, undefined, [outputs, 1]);
      const product = g.op("Gemm", [w, value, ...column], { transB: turned ? 0 : 1 });
      g.describe(product, undefined, [outputs, samples[0]]);
      return product;
    },
    plain: (value) => {
      g.node({
        ...node,
        inputs: [value, ...node.inputs.slice(1)],
        attributes: new Map([...node.attributes, ["transA", { kind: "int", value: 1 }]]),
      });
    },
  };
}
