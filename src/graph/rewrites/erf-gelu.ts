import { numbersOf } from "../tensor-data.ts";
import { qualifiedName, type Graph, type Node } from "../model.ts";

/**
 * Writes x (1 + erf(x / sqrt(2))) / 2, as exporters for older opsets spell Gelu, as one Gelu: the runtime does that itself only
 * where nothing else reads the parts, which the gradient would. Factors may come in any order.
 *
 * @param graph - with its constants as initializers
 */
export function fuseErfGelu(graph: Graph): Graph {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const readers = new Map<string, Node[]>();
  for (const node of graph.nodes)
    for (const name of node.inputs) readers.set(name, [...(readers.get(name) ?? []), node]);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const replaced = new Map<Node, Node | undefined>();
  for (const node of graph.nodes) if (qualifiedName(node) === "Erf") fuse(node);
  if (replaced.size === 0) return graph;
  return { ...graph, nodes: graph.nodes.flatMap((node) => (replaced.has(node) ? (replaced.get(node) ?? []) : [node])) };

  function fuse(erf: Node): void {
    const scaled = producers.get(erf.inputs[0] ?? "");
    const x = scaled === undefined ? undefined : timesInverseRoot(scaled);
    const shifted = onlyReader(erf);
    if (scaled === undefined || x === undefined || onlyReader(scaled) !== erf || shifted?.op !== "Add") return;
    if (graph.values.get(x)?.type !== "float32" || other(shifted, erf.outputs[0], 1) === undefined) return;
    // The three factors: 1 + erf, x and 1 / 2, in two products
    const last = onlyReader(shifted);
    if (last?.op !== "Mul") return;
    const partner = last.inputs.find((name) => name !== shifted.outputs[0]) ?? "";
    const halved = producers.get(partner);
    const outer = onlyReader(last);
    const parts =
      partner === x && outer !== undefined && isScaling(outer, last, 0.5)
        ? [last, outer]
        : isNumber(partner, 0.5) && outer?.op === "Mul" && outer.inputs.includes(x)
          ? [last, outer]
          : halved !== undefined && onlyReader(halved) === last && scaling(halved, 0.5) === x
            ? [halved, last]
            : undefined;
    const end = parts?.at(-1);
    if (parts === undefined || end === undefined) return;
    for (const node of [scaled, erf, shifted, ...parts]) replaced.set(node, undefined);
    replaced.set(end, { ...end, op: "Gelu", inputs: [x], attributes: new Map() });
  }

  /** The one node that reads a node's result, where only that does. */
  function onlyReader({ outputs: [name = ""] }: Node): Node | undefined {
    const [first, ...more] = readers.get(name) ?? [];
    return more.length > 0 || outputs.has(name) ? undefined : first;
  }
  function isNumber(name: string, value: number): boolean {
    const data = graph.initializers.get(name);
    const own = data?.type === "float32" && data.bytes.length === 4 ? numbersOf(data)[0] : undefined;
    return own !== undefined && Math.abs(own - value) <= 1e-6;
  }
  /** The input of a node of two inputs beside `name`, where that is a number. */
  function other(node: Node, name: string | undefined, value: number): string | undefined {
    const partner = node.inputs[0] === name ? node.inputs[1] : node.inputs[0];
    return partner !== undefined && isNumber(partner, value) ? partner : undefined;
  }
  /** What a Mul multiplies by a number. */
  function scaling(node: Node, value: number): string | undefined {
    if (node.op !== "Mul") return undefined;
    return node.inputs.find((name, i) => isNumber(node.inputs[1 - i] ?? "", value) && !isNumber(name, value));
  }
  function isScaling(node: Node, of: Node, value: number): boolean {
    return scaling(node, value) === of.outputs[0];
  }
  function timesInverseRoot(node: Node): string | undefined {
    const [x = "", divisor = ""] = node.inputs;
    if (node.op === "Div") return isNumber(divisor, Math.SQRT2) ? x : undefined;
    return scaling(node, Math.SQRT1_2);
  }
}
