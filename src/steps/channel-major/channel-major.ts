import { elementCount } from "../../core/index.ts";
import {
  builderOver,
  capturedValues,
  isStatic,
  numbersOf,
  qualifiedName,
  rebuilt,
  type Graph,
  type GraphBuilder,
  type Node,
} from "../../graph/index.ts";
import { channelMajorConvolution } from "./convolution.ts";
import { linearLayer } from "./linear-layer.ts";

/** Ops that look at each element alone, whichever axis it lies on. */
const elementwise = new Set(
  "Relu Clip LeakyRelu Elu Selu Celu Sigmoid HardSigmoid HardSwish Tanh Softplus Softsign Gelu Mish Erf Abs Neg Exp Sqrt Identity".split(
    " ",
  ),
);
/** Ops of two values, element by element. */
const pairwise = new Set("Add Sub Mul Div".split(" "));
/** Ops that look at each channel of each sample alone. */
const planewise = new Set("MaxPool AveragePool LpPool GlobalAveragePool GlobalMaxPool GlobalLpPool".split(" "));

/**
 * Writes convolutions of small maps with the channels before the samples, [C, N, d1, ...], where one product does the whole
 * batch (`channelMajorConvolution`), and linear layers that follow each other, Y = W X with X [C, N], where the large weights are
 * the factor that the runtime takes as it is (`linearLayer`). What stands between them is computed in that order too, so that values are
 * transposed only where a stretch of them begins and ends; a batch normalisation there sees one sample whose channels are
 * the channels of all.
 *
 * @param graph - with a number for every dimension, or nothing is done
 */
export function channelMajor(graph: Graph): Graph {
  if (!graph.nodes.some(({ op }) => op === "Conv" || op === "Gemm")) return graph;
  return new Rewriting(graph).result();
}

/** The state of rewriting one graph: which values there are in which order of axes. */
class Rewriting {
  readonly #graph: Graph;
  readonly #g: GraphBuilder;
  /** What the values are called with the channels first. */
  readonly #major = new Map<string, string>();
  /** Values of which there is that form alone so far. */
  readonly #owed = new Set<string>();
  /** What reads a value; a graph output is read by nothing that is known here. */
  readonly #readers: ReadonlyMap<string, readonly (Node | undefined)[]>;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#g = builderOver(graph);
    const readers = new Map<string, (Node | undefined)[]>();
    const read = (name: string, node?: Node) => {
      const known = readers.get(name);
      if (known === undefined) readers.set(name, [node]);
      else known.push(node);
    };
    for (const node of graph.nodes) for (const name of [...node.inputs, ...capturedValues(node)]) read(name, node);
    for (const { name } of graph.outputs) read(name);
    this.#readers = readers;
  }

  result(): Graph {
    for (const node of this.#graph.nodes)
      if (!this.#convolution(node) && !this.#linear(node) && !this.#follow(node)) this.#leave(node);
    for (const { name } of this.#graph.outputs) this.#plain(name);
    return rebuilt(this.#graph, this.#g);
  }

  #convolution(node: Node): boolean {
    if (qualifiedName(node) !== "Conv") return false;
    const form = channelMajorConvolution(this.#g, node);
    const [x = ""] = node.inputs;
    if (form === undefined) return false;
    this.#give(node, form(this.#g, this.#inMajor(x)));
    return true;
  }

  /** A linear layer takes either order of axes, and gives either. */
  #linear(node: Node): boolean {
    const layer = linearLayer(this.#g, node);
    if (layer === undefined) return false;
    const { x } = layer;
    const turned = this.#owed.has(x);
    if (layer.large && this.#meetsLinear(layer.y)) this.#give(node, layer.major(turned ? this.#inMajor(x) : x, turned));
    else if (turned) layer.plain(this.#inMajor(x));
    else this.#g.node(node);
    return true;
  }

  /** Whether all that becomes of a value, element by element, goes into linear layers. */
  #meetsLinear(value: string): boolean {
    const readers = this.#readers.get(value) ?? [];
    const goesOn = (node: Node | undefined) => {
      if (node === undefined || node.inputs[0] !== value || node.inputs.indexOf(value, 1) > 0) return false;
      if (linearLayer(this.#g, node) !== undefined) return true;
      const name = qualifiedName(node);
      const follows = elementwise.has(name) || (name === "BatchNormalization" && node.outputs.length === 1);
      return follows && this.#meetsLinear(node.outputs[0] ?? "");
    };
    return readers.length > 0 && readers.every(goesOn);
  }

  /** Writes a node for channel-major values where it has one and can take it. */
  #follow(node: Node): boolean {
    const name = qualifiedName(node);
    const [x = "", ...others] = node.inputs;
    if (node.outputs.length > 1 || !node.inputs.some((input) => this.#major.has(input))) return false;
    if (name === "BatchNormalization") return this.#batchNormalization(node);
    if (pairwise.has(name)) return this.#pair(node);
    const along = elementwise.has(name) || planewise.has(name) || this.#reducesPlanes(node);
    if (!along || !this.#major.has(x) || others.some((input) => this.#major.has(input))) return false;
    this.#copy(node, [this.#inMajor(x), ...others]);
    return true;
  }

  /** Whether a node takes the mean of each channel of each sample. */
  #reducesPlanes(node: Node): boolean {
    if (qualifiedName(node) !== "ReduceMean") return false;
    const axes = this.#graph.initializers.get(node.inputs[1] ?? "");
    const kept = node.attributes.get("keepdims");
    const rank = this.#g.shapeOf(node.inputs[0] ?? "")?.length ?? 0;
    const keeps = kept === undefined || kept.value === 1;
    return keeps && axes !== undefined && numbersOf(axes).every((axis) => (axis + rank) % rank >= 2);
  }

  /** Both operands with an axis for samples and one for channels, or a number. */
  #pair(node: Node): boolean {
    const rank = this.#g.shapeOf(node.outputs[0] ?? "")?.length;
    const shapes = node.inputs.map((input) => this.#g.shapeOf(input));
    const fits = shapes.every((shape) => isStatic(shape) && (shape.length === rank || elementCount(shape) === 1));
    if (!fits) return false;
    const inputs = node.inputs.map((input, i) => (shapes[i]?.length === rank ? this.#inMajor(input) : input));
    this.#copy(node, inputs);
    return true;
  }

  #batchNormalization(node: Node): boolean {
    const [x = "", ...others] = node.inputs;
    const shape = this.#g.shapeOf(this.#major.get(x) ?? "");
    if (!isStatic(shape) || others.some((input) => this.#major.has(input))) return false;
    const one = [1, shape[0] ?? 1, elementCount(shape.slice(1))];
    const flat = this.#described(this.#g.reshape(this.#inMajor(x), one), one);
    const normalised = this.#described(this.#g.fresh("BatchNormalization"), one);
    this.#g.node({ ...node, inputs: [flat, ...others], outputs: [normalised] });
    this.#give(node, this.#g.reshape(normalised, shape));
    return true;
  }

  /** The same node on other inputs. */
  #copy(node: Node, inputs: readonly string[]): void {
    const output = this.#g.fresh(node.op);
    this.#g.node({ ...node, name: output, inputs, outputs: [output] });
    this.#give(node, output);
  }

  /** What a node gives, with the channels first. */
  #give(node: Node, value: string): void {
    const [y = ""] = node.outputs;
    this.#described(value, swapped(this.#g.shapeOf(y)));
    this.#major.set(y, value);
    this.#owed.add(y);
  }

  /** A node as it stands. */
  #leave(node: Node): void {
    for (const input of [...node.inputs, ...capturedValues(node)]) this.#plain(input);
    this.#g.node(node);
  }

  #inMajor(name: string): string {
    let value = this.#major.get(name);
    if (value === undefined) {
      value = this.#described(this.#g.transpose(name, swap(this.#g.shapeOf(name))), swapped(this.#g.shapeOf(name)));
      this.#major.set(name, value);
    }
    return value;
  }

  /** Sees to it that a value is there with the samples first. */
  #plain(name: string): void {
    if (!this.#owed.delete(name)) return;
    const perm = { kind: "ints", value: swap(this.#g.shapeOf(name)) } as const;
    const inputs = [this.#inMajor(name)];
    this.#g.node({ op: "Transpose", domain: "", name, inputs, outputs: [name], attributes: new Map([["perm", perm]]) });
  }

  #described(value: string, shape: readonly (number | string | undefined)[] | undefined): string {
    this.#g.describe(value, "float32", shape);
    return value;
  }
}

/** The order of axes that changes the first two. */
function swap(shape: readonly unknown[] | undefined): number[] {
  return (shape ?? []).map((_, axis) => (axis < 2 ? 1 - axis : axis));
}

function swapped<T>(shape: readonly T[] | undefined): T[] | undefined {
  return shape === undefined ? undefined : swap(shape).flatMap((axis) => shape.slice(axis, axis + 1));
}
