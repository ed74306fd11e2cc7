import { intAttribute, isFloat, qualifiedName, type Graph, type Node, type Shape } from "../graph/index.ts";

/** What makes probabilities of logits as a model's last step. */
export interface FinalActivation {
  readonly name: "softmax" | "sigmoid";
  /** The Softmax, LogSoftmax or Sigmoid; what it reads are logits. */
  readonly node: Node;
  /** Whether the scores are logarithms of probabilities. */
  readonly logarithm: boolean;
  /** What stands between the probabilities and the scores and only moves them, in the graph's order. */
  readonly after: readonly Node[];
}

/** Ops that keep every score and their order. */
const moves: ReadonlySet<string> = new Set([
  ...["Identity", "Dropout", "Cast", "Flatten", "Reshape", "Squeeze", "Unsqueeze"],
]);

/**
 * Finds the activation that a graph's scores come out of: a Softmax or LogSoftmax over the classes, which are axis 1 of the
 * scores, or a Sigmoid. Changes of shape and float type may follow, and a Log.
 *
 * @param graph - in evaluation form, with shapes
 * @returns undefined where the scores are anything else, or where the shapes do not tell that a softmax is over the classes
 */
export function finalActivation(graph: Graph): FinalActivation | undefined {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const scores = graph.outputs[0]?.name ?? "";
  const after: Node[] = [];
  let [value, log] = [scores, false];
  for (;;) {
    const node = producers.get(value);
    if (node === undefined || !isFloat(graph.values.get(value)?.type)) return undefined;
    const op = qualifiedName(node);
    if (op === "Sigmoid") return { name: "sigmoid", node, logarithm: log, after };
    if (op === "Softmax" || (op === "LogSoftmax" && !log)) {
      const shape = graph.values.get(value)?.shape;
      const axis = intAttribute(node, "axis", -1);
      const overClasses = sameAxis(shape, axis, graph.values.get(scores)?.shape);
      return overClasses ? { name: "softmax", node, logarithm: log || op === "LogSoftmax", after } : undefined;
    }
    if (op === "Log" && !log) log = true;
    else if (moves.has(op)) after.unshift(node);
    else return undefined;
    value = node.inputs[0] ?? "";
  }
}

/**
 * Whether axis `axis` of one shape is axis 1 of another that its elements were moved to: without axes of size 1, the two shapes
 * are the same. One size may be unknown in either, as the others determine it.
 */
function sameAxis(from: Shape | undefined, axis: number, to: Shape | undefined): boolean {
  if (from === undefined || to === undefined || to.length < 2) return false;
  const classes = axis < 0 ? axis + from.length : axis;
  const wide = (shape: Shape, kept: number) =>
    shape.flatMap((size, i) => (size === 1 && i !== kept ? [] : [{ size, i }]));
  const [before, now] = [wide(from, classes), wide(to, 1)];
  if (before.length !== now.length) return false;
  if (before.findIndex(({ i }) => i === classes) !== now.findIndex(({ i }) => i === 1)) return false;
  const differing = before.filter(({ size }, i) => size === undefined || size !== now[i]?.size);
  const [only] = differing;
  if (only === undefined) return true;
  const other = now[before.indexOf(only)]?.size;
  return differing.length === 1 && (typeof only.size !== "number" || typeof other !== "number");
}
