import { floatAttribute, floatsAttribute, stringAttribute, float } from "../attributes.ts";
import type { GraphBuilder } from "../builder.ts";
import type { Node } from "../model.ts";
import { bind, inputOf, scalarLike, type Rewrite } from "./rewrite.ts";

/** y = x sigmoid(alpha x) */
export const swish: Rewrite = {
  into: "Sigmoid, Mul",
  emit(g, node) {
    const x = inputOf(node, 0) ?? "";
    const alpha = floatAttribute(node, "alpha", 1);
    const scaled = alpha === 1 ? x : g.op("Mul", [x, scalarLike(g, alpha, x)]);
    bind(g, node, 0, g.op("Mul", [x, g.op("Sigmoid", [scaled])]));
    return true;
  },
};

/** The numbers that activations take: a node may tell others, which mean nothing. */
const activationNumbers: Readonly<Record<string, readonly ("alpha" | "beta" | "gamma")[]>> = {
  Elu: ["alpha"],
  HardSigmoid: ["alpha", "beta"],
  LeakyRelu: ["alpha"],
  Selu: ["alpha", "gamma"],
  ThresholdedRelu: ["alpha"],
};

const scaledActivations: Readonly<Record<string, string>> = { ParametricSoftplus: "Softplus", ScaledTanh: "Tanh" };

/** The activation that a fused node ends in, by its attributes; the value itself where it has none. */
export function activated(g: GraphBuilder, node: Node, value: string): string {
  const activation = stringAttribute(node, "activation", "");
  if (activation === "") return value;
  const params = floatsAttribute(node, "activation_params");
  const [first, second] = params ?? [floatAttribute(node, "activation_alpha"), floatAttribute(node, "activation_beta")];
  if (activation === "Clip")
    return g.op("Clip", [value, scalarLike(g, first ?? -3.4e38, value), scalarLike(g, second ?? 3.4e38, value)]);
  // alpha f(beta x), which are no ops by themselves
  const inner = scaledActivations[activation];
  if (inner !== undefined) {
    const scaled = g.op("Mul", [value, scalarLike(g, second ?? 1, value)]);
    return g.op("Mul", [g.op(inner, [scaled]), scalarLike(g, first ?? 1, value)]);
  }
  const given = {
    alpha: first,
    beta: second,
    gamma: params === undefined ? floatAttribute(node, "activation_gamma") : second,
  };
  const own = (activationNumbers[activation] ?? []).flatMap((name) => {
    const number = given[name];
    return number === undefined ? [] : [[name, float(number)] as const];
  });
  return g.op(activation, [value], Object.fromEntries(own));
}

/** A convolution, a sum and an activation in one. */
export const fusedConv: Rewrite = {
  into: "Conv, Add, and the activation",
  emit(g, node) {
    const own = ["activation", "activation_params"];
    const attributes = new Map([...node.attributes].filter(([name]) => !own.includes(name)));
    const value = g.fresh("Conv");
    g.node({
      ...node,
      op: "Conv",
      domain: "",
      name: value,
      inputs: node.inputs.slice(0, 3),
      outputs: [value],
      attributes,
    });
    const added = inputOf(node, 3);
    bind(g, node, 0, activated(g, node, added === undefined ? value : g.op("Add", [value, added])));
    return true;
  },
};

/** A Gemm and an activation in one. */
export const fusedGemm: Rewrite = {
  into: "Gemm and the activation",
  emit(g, node) {
    const attributes = new Map([...node.attributes].filter(([name]) => !name.startsWith("activation")));
    const value = g.fresh("Gemm");
    g.node({ ...node, op: "Gemm", domain: "", name: value, outputs: [value], attributes });
    bind(g, node, 0, activated(g, node, value));
    return true;
  },
};
