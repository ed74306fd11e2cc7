import { qualifiedName, typedArray, type Graph, type Node, type TensorData } from "../graph/index.ts";

/** Where layers keep what they learn: the inputs of each op that are weights, and no masks. */
const weights: Readonly<Record<string, readonly number[]>> = {
  Conv: [1, 2],
  ConvTranspose: [1, 2],
  Gemm: [1, 2],
  MatMul: [0, 1],
  BatchNormalization: [1, 2],
  LayerNormalization: [1, 2],
  InstanceNormalization: [1, 2],
  GroupNormalization: [1, 2],
  RMSNormalization: [1],
  PRelu: [1],
  LSTM: [1, 2, 3],
  GRU: [1, 2, 3],
  RNN: [1, 2, 3],
};

/** What is masked is moved at least so far down. */
const farBelow = -50;
/** Nothing learned is so low; the least number of float32 is. */
const lowest = -1e30;

/**
 * Whether a tensor is a mask, by its values: both 0 and 1 and nothing else, or both 0 and far below and nothing else; or any
 * with -inf or about the least number of float32 in it. A weight of a layer is none, whatever its values.
 */
export function isMask(graph: Graph, name: string, data: TensorData): boolean {
  if (data.type !== "float32" && data.type !== "float64") return false;
  if (graph.nodes.some((node) => weighs(node, name))) return false;
  const values = typedArray(data) as Float32Array;
  if (values.some((value) => value < lowest)) return true;
  if (!values.includes(0) || !values.some((value) => value !== 0)) return false;
  return (
    values.every((value) => value === 0 || value === 1) || values.every((value) => value === 0 || value <= farBelow)
  );
}

/**
 * Makes the function that tells whether an initializer is part of the inputs' preprocessing: all that is done with it is that it
 * is subtracted from, or divides, what nothing learned has touched.
 */
export function preprocessing(graph: Graph): (name: string) => boolean {
  const constants = new Set(graph.initializers.keys());
  const touched = new Set<string>();
  const other = new Set<string>();
  const prepares = new Set<string>();
  for (const node of graph.nodes) {
    const [x = "", by = ""] = node.inputs;
    const standardises = ["Sub", "Div"].includes(qualifiedName(node)) && !constants.has(x) && !touched.has(x);
    for (const name of node.inputs) (standardises && name === by ? prepares : other).add(name);
    const learned = node.inputs.some((name) => touched.has(name) || weighs(node, name, constants));
    if (learned) for (const name of node.outputs) touched.add(name);
    else if (node.inputs.every((name) => constants.has(name))) for (const name of node.outputs) constants.add(name);
  }
  return (name) => prepares.has(name) && !other.has(name);
}

/** Whether a node reads a value as a weight. */
function weighs(node: Node, name: string, among?: ReadonlySet<string>): boolean {
  if (among !== undefined && !among.has(name)) return false;
  return weights[qualifiedName(node)]?.some((i) => node.inputs[i] === name) ?? false;
}
