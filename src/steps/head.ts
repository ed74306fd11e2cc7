import { elementCount, OnwardError, show } from "../core/index.ts";
import { describeNode, intAttribute, qualifiedName, type Graph, type Node } from "../graph/index.ts";
import { scoresOutput } from "./scores-output.ts";
import { seenTensors, type SeenTensor } from "./seen-tensor.ts";

/** A tensor of the head. */
export interface HeadTensor extends SeenTensor {
  /** The axis of its shape along which the classes lie; undefined for a bias that all classes share. */
  readonly axis: number | undefined;
}

/** The classifier of a model: the last linear map before its scores. */
export interface Head {
  /** A Gemm, MatMul or 1x1 Conv. */
  readonly node: Node;
  readonly weight: HeadTensor;
  readonly bias: HeadTensor | undefined;
  /** How many features each class is computed from. */
  readonly features: number;
  /** How many classes it tells apart. */
  readonly classes: number;
  /** What stands between it and the scores, from the scores back. */
  readonly after: readonly Node[];
}

/** Ops that may stand between the head and the scores: they compute class by class, or move and average positions. */
const passes: ReadonlySet<string> = new Set([
  ...["Identity", "Dropout", "Cast", "Softmax", "LogSoftmax", "Sigmoid", "Relu", "LeakyRelu", "Tanh", "Clip"],
  ...["Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose"],
  ...["ReduceMean", "ReduceMax", "GlobalAveragePool", "GlobalMaxPool", "AveragePool", "MaxPool"],
]);

const linear: ReadonlySet<string> = new Set(["Gemm", "MatMul", "Conv"]);
/** Pass too, where their second input is one constant for all classes. */
const scalings: ReadonlySet<string> = new Set(["Mul", "Div"]);

/**
 * Finds the classifier head of a graph: going back from the scores, the last Gemm, MatMul (with the Add after it) or
 * 1x1 Conv whose weight is a tensor of the model.
 *
 * Activations, pooling, means over positions, the choice of one position and changes of shape may follow it.
 *
 * @throws OnwardError `unsupported` that names the node where the search ends, when there is no such head
 */
export function findHead(graph: Graph): Head {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const tensor = seenTensors(graph, producers);
  const after: Node[] = [];
  let bias: SeenTensor | undefined;
  let value = scoresOutput(graph)?.name ?? "";
  for (;;) {
    const node = producers.get(value);
    if (node === undefined) throw noHead(`${show(value)}, which no node computes`);
    const op = qualifiedName(node);
    const second = tensor(node, 1);
    if (linear.has(op) && second !== undefined) {
      return assemble(node, second, bias ?? (op === "MatMul" ? undefined : tensor(node, 2)), after);
    }
    const added = op === "Add" && bias === undefined ? (second ?? tensor(node, 0)) : undefined;
    const scaling = scalings.has(op) && second !== undefined && elementCount(second.dims) === 1;
    if (added !== undefined) bias = added;
    else if (passes.has(op) || scaling || picksPositions(node, graph)) after.push(node);
    else throw noHead(describeNode(node));
    value = node.inputs[added?.input === 0 ? 1 : 0] ?? "";
  }
}

/** Whether a node picks positions or samples, as the last token of each: not along the last axis, where the classes can lie. */
function picksPositions(node: Node, graph: Graph): boolean {
  const [data = "", indices = ""] = node.inputs;
  const rank = graph.values.get(data)?.shape?.length;
  switch (qualifiedName(node)) {
    case "Gather": {
      const axis = intAttribute(node, "axis", 0);
      // A single index takes the axis away, and the scores have two.
      const single = graph.initializers.get(indices)?.dims.length === 0;
      return axis === 0 || (axis === 1 && (single || (rank ?? 0) > 2)) || axis === -2;
    }
    case "GatherND": {
      const depth = graph.values.get(indices)?.shape?.at(-1) ?? graph.initializers.get(indices)?.dims.at(-1);
      return typeof depth === "number" && rank !== undefined && intAttribute(node, "batch_dims", 0) + depth < rank;
    }
    default:
      return false;
  }
}

function noHead(got: string): OnwardError {
  return new OnwardError("unsupported", {
    expected: "a Gemm, MatMul or 1x1 Conv with weights of the model as the last step before the scores",
    got,
    advice: "the model's first output of floats has to be its scores",
  });
}

function assemble(node: Node, weight: SeenTensor, bias: SeenTensor | undefined, after: readonly Node[]): Head {
  const outputsFirst = node.op === "Conv" || intAttribute(node, "transB", 0) === 1;
  const [outer, inner] = [weight.axes[outputsFirst ? 0 : 1], weight.axes[outputsFirst ? 1 : 0]];
  const classes = weight.dims[outer ?? -1] ?? 0;
  const features = weight.dims[inner ?? -1] ?? 0;
  const grouped = node.op === "Conv" && intAttribute(node, "group", 1) !== 1;
  if (grouped || (node.op !== "Conv" && weight.dims.length !== 2) || elementCount(weight.dims) !== classes * features) {
    throw new OnwardError("unsupported", {
      expected: "one matrix as the weight of the last linear step before the scores",
      got: grouped ? "a grouped convolution" : `shape ${show([...weight.dims])}`,
      where: describeNode(node),
    });
  }
  return {
    node,
    weight: { ...weight, axis: outer },
    bias: bias && { ...bias, axis: classAxis(bias, classes) },
    features,
    classes,
    after,
  };
}

/** Where the classes lie in a bias: its one axis that is not 1. */
function classAxis({ dims, node }: SeenTensor, classes: number): number | undefined {
  const wide = dims.flatMap((size, axis) => (size === 1 ? [] : [axis]));
  const axis = wide[0] ?? (classes === 1 && dims.length === 1 ? 0 : undefined);
  if (wide.length > 1 || (axis !== undefined && dims[axis] !== classes)) {
    throw new OnwardError("unsupported", {
      expected: `a bias of one value for each of the head's ${classes} outputs`,
      got: `shape ${show([...dims])}`,
      where: describeNode(node),
    });
  }
  return axis;
}
