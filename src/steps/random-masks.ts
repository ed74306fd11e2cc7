import {
  capturedValues,
  floatAttribute,
  numbersOf,
  qualifiedName,
  tensorAttribute,
  tensorData,
  type Graph,
  type Node,
} from "../graph/index.ts";

/** The first opset whose Dropout has its ratio as an input. */
const firstOpset = 12;

/**
 * Writes masks that random numbers in [0, 1) draw, as exports in training form have them for stochastic depth, by Dropout:
 * `random < keep`, and `floor(keep + random)`, are 1 with probability `keep` and 0 else, and so is a Dropout that drops
 * `1 - keep` of what is `keep` everywhere. In evaluation that is `keep`, by which such exports divide.
 *
 * @returns the same graph where there is none
 */
export function randomMasks(graph: Graph, opset: number): Graph {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const initializers = new Map(graph.initializers);
  const values = new Map(graph.values);
  const nodes = graph.nodes.flatMap((node) => {
    const mask = opset < firstOpset ? undefined : maskOf(node);
    return mask === undefined ? [node] : dropout(node, mask.keep, mask.like);
  });
  if (nodes.length === graph.nodes.length) return graph;
  // What the masks were computed from draws no more, unless it is read elsewhere.
  const read = new Set(graph.outputs.map(({ name }) => name));
  const left = nodes.toReversed().filter((node) => {
    const needed = !readsDraw(node) || node.outputs.some((name) => read.has(name));
    if (needed) for (const name of [...node.inputs, ...capturedValues(node)]) read.add(name);
    return needed;
  });
  return { ...graph, nodes: left.toReversed(), initializers, values };

  function maskOf(node: Node): Mask | undefined {
    const name = qualifiedName(node);
    if (name === "Less") {
      const onlyCast = graph.nodes.every(
        (other) => !other.inputs.includes(node.outputs[0] ?? "") || other.op === "Cast" || other.op === "CastLike",
      );
      return onlyCast ? drawn(...node.inputs) : undefined;
    }
    const sum = name === "Floor" ? producers.get(node.inputs[0] ?? "") : undefined;
    if (sum === undefined || qualifiedName(sum) !== "Add") return undefined;
    return drawn(...sum.inputs) ?? drawn(...sum.inputs.toReversed());
  }

  function readsDraw(node: Node): boolean {
    return isDraw(node) || node.inputs.some((name) => isDraw(producers.get(name)));
  }

  function drawn(random = "", keep = ""): Mask | undefined {
    const draw = producers.get(random);
    const probability = constant(keep);
    if (draw === undefined || probability === undefined || !isDraw(draw)) return undefined;
    return probability > 0 && probability <= 1 ? { keep, like: draw.inputs[0] ?? "" } : undefined;
  }

  function constant(name: string): number | undefined {
    const producer = producers.get(name);
    const data =
      initializers.get(name) ?? (producer?.op === "Constant" ? tensorAttribute(producer, "value") : undefined);
    const numbers = data === undefined || data.type !== "float32" ? [] : numbersOf(data);
    return numbers.length === 1 ? numbers[0] : undefined;
  }

  function dropout(node: Node, keep: string, like: string): Node[] {
    const [output = ""] = node.outputs;
    const [shape, everywhere, ratio] = [`${output}/shape`, `${output}/keep`, `${output}/ratio`];
    initializers.set(ratio, tensorData("float32", [], [1 - (constant(keep) ?? 1)]));
    // Of another type than the file may say.
    values.delete(output);
    const made = (op: string, inputs: string[], name: string): Node => ({
      op,
      domain: "",
      name,
      inputs,
      outputs: [name],
      attributes: new Map(),
    });
    return [
      made("Shape", [like], shape),
      made("Expand", [keep, shape], everywhere),
      { ...made("Dropout", [everywhere, ratio], output), name: node.name },
    ];
  }
}

/** What a mask is drawn from: the probability of 1, and what has the shape of the random numbers. */
interface Mask {
  readonly keep: string;
  readonly like: string;
}

/** Whether a node draws from [0, 1), for each element of its input. */
function isDraw(node: Node | undefined): boolean {
  if (node === undefined || qualifiedName(node) !== "RandomUniformLike") return false;
  return floatAttribute(node, "low", 0) === 0 && floatAttribute(node, "high", 1) === 1;
}
