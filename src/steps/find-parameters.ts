import { OnwardError, show } from "../core/index.ts";
import { registry } from "../gradients/index.ts";
import {
  capturedValues,
  isFloat,
  metadataKeys,
  qualifiedName,
  type Graph,
  type Model,
  type TensorData,
} from "../graph/index.ts";
import { exportNotes } from "./export-notes.ts";
import { isMask, preprocessing } from "./fixed-tensors.ts";

/** A tensor that a gradient could reach, and that is not trained. */
export interface LeftOut {
  readonly name: string;
  readonly shape: readonly number[];
  readonly reason: string;
}

/** What training changes, and what it could change. */
export interface FoundParameters {
  readonly parameters: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Finds the tensors that training changes.
 *
 * Those are the ones that the model's own metadata names. Where it names none: every float initializer of more than one element
 * from which a differentiable path leads to the scores, whatever it is called, but for
 *
 * - running statistics,
 * - inputs that say how to compute, such as the scales of a Resize or the window of a short-time Fourier transform,
 * - what the exporter noted as a buffer or a constant, or as computed from nothing that is learned,
 * - where it noted nothing: masks, and what is subtracted from the inputs or divides them before anything is learned.
 *
 * @param graph - the working graph of the model
 */
export function findParameters(model: Model, graph: Graph, statistics: ReadonlySet<string>): FoundParameters {
  const declared = model.metadata.get(metadataKeys.parameters);
  if (declared !== undefined) return { parameters: declaredNames(declared, model.graph), leftOut: [] };
  const noted = exportNotes(model.graph);
  const prepares = preprocessing(graph);
  const parameters: string[] = [];
  const leftOut: LeftOut[] = [];
  for (const [name, data] of reachable(graph)) {
    if (statistics.has(name)) continue;
    const reason = whyFixed(name, data);
    if (reason === undefined) parameters.push(name);
    else leftOut.push({ name, shape: data.dims, reason });
  }
  return { parameters, leftOut };

  function whyFixed(name: string, data: TensorData): string | undefined {
    const note = noted(name);
    if (note !== undefined) return note.learned ? undefined : `${note.origin}, as its exporter notes`;
    if (isMask(graph, name, data)) return "a mask: its values are 0 and 1, or 0 and far below";
    return prepares(name) ? "part of the inputs' preprocessing" : undefined;
  }
}

function declaredNames(declared: string, graph: Graph): string[] {
  const names: unknown = JSON.parse(declared);
  if (!Array.isArray(names) || !names.every((name) => typeof name === "string" && graph.initializers.has(name))) {
    throw new OnwardError("model", {
      expected: `metadata ${metadataKeys.parameters} to list initializers of the graph`,
      got: show(declared),
    });
  }
  return names as string[];
}

/** Float inputs that say how to compute, not what with. */
const settings: Readonly<Record<string, readonly number[]>> = {
  Resize: [1, 2],
  OneHot: [1, 2],
  STFT: [2],
  RotaryEmbedding: [1, 2],
  "com.microsoft:RotaryEmbedding": [2, 3],
  NegativeLogLikelihoodLoss: [2],
  SoftmaxCrossEntropyLoss: [2],
};

/** Float initializers of more than one element from which gradients could flow to the scores, in the graph's order. */
function reachable(graph: Graph): [string, TensorData][] {
  const scores = graph.outputs[0]?.name;
  const live = new Set<string>(scores === undefined ? [] : [scores]);
  const typeOf = (name: string) => graph.values.get(name)?.type ?? graph.initializers.get(name)?.type;
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => live.has(name))) continue;
    const status = registry.get(qualifiedName(node))?.status;
    if (status === "zero") continue;
    for (const [i, name] of [...node.inputs, ...capturedValues(node)].entries()) {
      if (settings[qualifiedName(node)]?.includes(i)) continue;
      const type = typeOf(name);
      // What is refused is followed whatever it reads: a quantised value is no float, and hides parameters.
      if (type === undefined || isFloat(type) || status !== "rule") live.add(name);
    }
  }
  return [...graph.initializers].filter(
    ([name, { type, dims }]) => isFloat(type) && dims.reduce((n, d) => n * d, 1) > 1 && live.has(name),
  );
}
