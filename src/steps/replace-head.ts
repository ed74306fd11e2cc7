import { checkSeed, OnwardError, Random, show } from "../core/index.ts";
import {
  describeNode,
  metadataKeys,
  tensorData,
  typedArray,
  type Graph,
  type Model,
  type Node,
  type Shape,
  type TensorData,
} from "../graph/index.ts";
import { fanInUniform } from "../nn/initialization.ts";
import { findHead, type HeadTensor } from "./head.ts";
import { prune } from "./prune.ts";
import { scoresOutput } from "./scores-output.ts";
import { widenReshapes } from "./widen-reshapes.ts";

/** Options of `replaceHead`. */
export interface ReplaceHeadOptions {
  /** How many classes the new head tells apart. */
  readonly classes: number;
  /** Where its first weights come from. Default 0. */
  readonly seed?: number;
}

/**
 * Gives a model a fresh classifier head, for other classes than it was trained on.
 *
 * The last Gemm, MatMul or 1x1 Conv before the scores gets weights and biases drawn from U(-1 / sqrt(features),
 * 1 / sqrt(features)), as PyTorch's `Linear` and `Conv2d` do; a Gemm or Conv without a bias gets one. The names of inputs,
 * outputs and parameters stay; the class names of the metadata go, as they name other classes, and so does an output of labels
 * before the scores, with all that is computed besides them.
 *
 * @throws OnwardError `usage` when the classes are no positive integer, `unsupported` when the model has no such head
 *
 * @example
 * ```ts
 * import { nn } from "onward/nn";
 * import { replaceHead } from "onward/steps";
 * const model = nn.mlp({ inputs: 4, hidden: [8], classes: 3 }).toModel([4]);
 * replaceHead(model, { classes: 5, seed: 7 }).graph.outputs[0]?.shape; // ["N", 5]
 * ```
 */
export function replaceHead(model: Model, { classes, seed = 0 }: ReplaceHeadOptions): Model {
  if (!Number.isSafeInteger(classes) || classes < 1) {
    throw new OnwardError("usage", { expected: "classes to be a positive integer", got: show(classes) });
  }
  checkSeed(seed);
  const { graph } = model;
  const head = findHead(graph);
  const { node, weight, bias, features } = head;
  const type = graph.initializers.get(weight.name)?.type ?? "float32";
  const initializers = new Map(graph.initializers);
  const rewired = new Map<Node, Node>();
  replace(weight);
  if (bias !== undefined) replace(bias);
  else if (node.op !== "MatMul") place(`${weight.name}.bias`, [classes], node, 2);

  const below = downstream(graph, node);
  const nodes = widenReshapes(graph, head, classes, initializers, rewired);
  const replaced: Graph = {
    ...graph,
    nodes,
    initializers,
    values: new Map([...graph.values].filter(([name]) => !below.has(name))),
    outputs: graph.outputs.map((output) =>
      below.has(output.name) ? { ...output, shape: widened(output.shape, head.classes, classes) } : output,
    ),
  };
  const labelled = scoresOutput(graph)?.name !== graph.outputs[0]?.name;
  return {
    ...model,
    graph: labelled ? scoresAlone(replaced) : replaced,
    metadata: newMetadata(model.metadata, graph, initializers),
  };

  /** A value that was no output has no type yet. */
  function scoresAlone(given: Graph): Graph {
    const pruned = prune(given);
    const outputs = pruned.outputs.map(({ name, shape }) => ({ name, type, shape: shape ?? [undefined, classes] }));
    return { ...pruned, outputs };
  }

  /** Under its own name where it is the head's alone, else as another tensor, in the layout that the node sees. */
  function replace({ name, dims, axes, axis, exclusive, node: reader, input }: HeadTensor): void {
    const wide = dims.map((size, i) => (i === axis ? classes : size));
    if (exclusive) initializers.set(name, drawn(name, wide));
    else
      place(
        `${name}.head`,
        axes.map((i) => wide[i] ?? 1),
        reader,
        input,
      );
  }

  function place(wanted: string, dims: readonly number[], reader: Node, input: number): void {
    let name = wanted;
    while (initializers.has(name) || graph.nodes.some(({ outputs }) => outputs.includes(name))) name += "_";
    initializers.set(name, drawn(name, dims));
    const current = rewired.get(reader) ?? reader;
    const inputs = [...current.inputs];
    inputs[input] = name;
    rewired.set(reader, { ...current, inputs });
  }

  function drawn(name: string, dims: readonly number[]): TensorData {
    const data = fanInUniform(new Random(seed, name), dims, features);
    if (type === "float32") return data;
    if (type === "float64") return tensorData(type, dims, Float64Array.from(typedArray(data) as Float32Array));
    throw new OnwardError("unsupported", {
      expected: "a head of float32 or float64",
      got: type,
      where: describeNode(node),
    });
  }
}

/** The values that are computed from a node's. */
function downstream(graph: Graph, node: Node): ReadonlySet<string> {
  const reached = new Set<string>(node.outputs);
  for (const { inputs, outputs } of graph.nodes)
    if (inputs.some((name) => reached.has(name))) for (const name of outputs) reached.add(name);
  return reached;
}

/** The axis of the classes with its new size: axis 1 where that fits, else the last that does. */
function widened(shape: Shape | undefined, before: number, classes: number): Shape | undefined {
  const axis = shape === undefined || shape[1] === before ? 1 : shape.lastIndexOf(before);
  return shape?.map((size, i) => (i === axis ? classes : size));
}

/** Without the names of the old classes; where parameters are declared, the new ones are declared too. */
function newMetadata(
  metadata: ReadonlyMap<string, string>,
  graph: Graph,
  initializers: ReadonlyMap<string, TensorData>,
): ReadonlyMap<string, string> {
  const result = new Map(metadata);
  result.delete(metadataKeys.classNames);
  const declared = metadata.get(metadataKeys.parameters);
  const added = [...initializers.keys()].filter((name) => !graph.initializers.has(name));
  if (declared !== undefined && added.length > 0)
    result.set(metadataKeys.parameters, JSON.stringify([...(JSON.parse(declared) as string[]), ...added]));
  return result;
}
