import { GraphBuilder } from "../builder.ts";
import { qualifiedName, type Graph, type Node } from "../model.ts";
import { numbersOf } from "../tensor-data.ts";

/**
 * Writes attention's guard of rows in which nothing is seen without looking at every element for NaN. Exporters have
 * p = softmax(scores + where(seen, 0, -inf)) and where(isnan(p), 0, p), as a row of -inf alone comes out as NaN. Here such a row is
 * computed as if all were seen, and multiplied by 0, the others by 1: the same values, as long as the scores are numbers; where
 * they are not, NaN shows.
 *
 * @param graph - with its constants as initializers
 */
export function openGuardedSoftmax(graph: Graph): Graph {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const guards = graph.nodes.flatMap((node) => guardOf(node) ?? []);
  if (guards.length === 0) return graph;
  const g = new GraphBuilder();
  for (const { name, type, shape } of [...graph.values.values(), ...graph.inputs]) g.describe(name, type, shape);
  for (const [name, data] of graph.initializers) g.describe(name, data.type, data.dims);
  const names = [...graph.inputs.map(({ name }) => name), ...graph.initializers.keys()];
  for (const name of new Set([...names, ...graph.nodes.flatMap(({ outputs }) => outputs)]))
    if (name !== "") g.claim(name);
  const masks = new Map<string, { readonly some: string; readonly open: string }>();
  for (const node of graph.nodes) {
    const masked = guards.find(({ sum }) => sum === node);
    const guarded = guards.find(({ last }) => last === node);
    if (masked !== undefined) {
      const { mask } = masked;
      const bias = { ...mask, name: g.fresh("mask"), inputs: mask.inputs.with(0, maskOf(mask.inputs[0] ?? "").open) };
      const [added = "", own = ""] = [g.fresh("mask"), mask.outputs[0]];
      g.node({ ...bias, outputs: [added] });
      g.node({ ...node, inputs: node.inputs.map((name) => (name === own ? added : name)) });
    } else if (guarded !== undefined) {
      const { softmax, mask, last } = guarded;
      const inputs = [softmax.outputs[0] ?? "", maskOf(mask.inputs[0] ?? "").some];
      g.node({ ...last, op: "Mul", inputs });
    } else g.node(node);
  }
  const { nodes, initializers } = g.build(graph.name);
  return { ...graph, nodes, initializers: new Map([...graph.initializers, ...initializers]) };

  /** Whether a row sees something, as 0 or 1, and what is seen with all of it in rows that see nothing. */
  function maskOf(seen: string): { readonly some: string; readonly open: string } {
    let made = masks.get(seen);
    if (made === undefined) {
      const some = g.op("ReduceMax", [g.op("Cast", [seen], { to: 1 }), g.ints([-1])], { keepdims: 1 });
      const nothing = g.op("Not", [g.op("Cast", [some], { to: 9 })]);
      made = { some, open: g.op("Or", [seen, nothing]) };
      masks.set(seen, made);
    }
    return made;
  }

  function guardOf(last: Node): Guard | undefined {
    const [condition = "", zero = "", probabilities = ""] = last.inputs;
    const test = producers.get(condition);
    const softmax = producers.get(probabilities);
    if (qualifiedName(last) !== "Where" || test?.op !== "IsNaN" || softmax?.op !== "Softmax") return undefined;
    if (test.inputs[0] !== probabilities || !isNumber(zero, 0) || !alongLast(softmax)) return undefined;
    if (graph.values.get(probabilities)?.type !== "float32" || isRead(probabilities, [test, last])) return undefined;
    const sum = producers.get(softmax.inputs[0] ?? "");
    if (sum?.op !== "Add" || isRead(sum.outputs[0] ?? "", [softmax])) return undefined;
    const mask = sum.inputs.map((name) => producers.get(name)).find((node) => node?.op === "Where");
    if (mask === undefined || !isNumber(mask.inputs[1], 0) || !isNumber(mask.inputs[2], -Infinity)) return undefined;
    return { mask, sum, softmax, last };
  }
  function isNumber(name: string | undefined, value: number): boolean {
    const data = graph.initializers.get(name ?? "");
    return data?.type === "float32" && data.bytes.length === 4 && numbersOf(data)[0] === value;
  }
  /** Whether anything but the given nodes reads a value. */
  function isRead(name: string, by: readonly Node[]): boolean {
    if (graph.outputs.some((output) => output.name === name)) return true;
    return graph.nodes.some((node) => node.inputs.includes(name) && !by.includes(node));
  }
  function alongLast({ attributes, inputs }: Node): boolean {
    const axis = attributes.get("axis")?.value ?? -1;
    return axis === -1 || axis === (graph.values.get(inputs[0] ?? "")?.shape?.length ?? 0) - 1;
  }
}

/** A softmax that is guarded: the mask that is added, the sum, the softmax, and the choice behind it. */
interface Guard {
  readonly mask: Node;
  readonly sum: Node;
  readonly softmax: Node;
  readonly last: Node;
}
