import { intAttribute, tensorAttribute } from "./attributes.ts";
import { dataTypeOf, type DataType } from "./data-types.ts";
import type { Node } from "./model.ts";

const boolean = new Set([
  "Equal",
  "Greater",
  "GreaterOrEqual",
  "Less",
  "LessOrEqual",
  "And",
  "Or",
  "Not",
  "Xor",
  "IsNaN",
  "IsInf",
]);
const integer = new Set(["Shape", "Size", "ArgMax", "ArgMin", "NonZero"]);
/** Outputs that are int64 whatever the first one is, by op and output. */
const integerOutputs = new Set(["MaxPool 1", "TopK 1", "Unique 1", "Unique 2", "Unique 3"]);
/** Ops whose first output takes the type of an input other than the first. */
const typedBy: Readonly<Record<string, number>> = { Where: 1, CastLike: 1, OneHot: 2, EmbedLayerNormalization: 2 };

/**
 * The element type of a node's output, for the ops that are emitted here: that of the first input but for the exceptions
 * above. Undefined where it follows from something else.
 */
export function resultType(
  node: Node,
  output: number,
  typeOf: (name: string) => DataType | undefined,
): DataType | undefined {
  if (integerOutputs.has(`${node.op} ${output}`)) return "int64";
  if (node.op === "Dropout" && output === 1) return "bool";
  if (boolean.has(node.op)) return "bool";
  if (integer.has(node.op)) return "int64";
  if (node.op === "Cast") return dataTypeOf(intAttribute(node, "to", 0));
  if (node.op === "Constant" || node.op === "ConstantOfShape") return tensorAttribute(node, "value")?.type ?? "float32";
  if (node.op.startsWith("Random") || node.op === "Bernoulli" || node.op === "EyeLike") {
    const declared = intAttribute(node, "dtype");
    if (declared !== undefined) return dataTypeOf(declared);
  }
  if (node.op === "Loop" || node.op === "If" || node.op === "Scan") return undefined;
  return typeOf(node.inputs[typedBy[node.op] ?? 0] ?? "");
}
