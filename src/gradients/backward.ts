import { OnwardError, show } from "../core/errors.ts";
import {
  capturedValues,
  describeNode,
  isFloat,
  isStatic,
  qualifiedName,
  type GraphBuilder,
  type Node,
} from "../graph/index.ts";
import { registry } from "./registry.ts";
import type { Entry, Rule, RuleContext } from "./rule.ts";
import { sumToShape } from "./sum-to-shape.ts";

/** What is differentiated with respect to what. */
export interface BackwardRequest {
  /** The gradient of each output that the differentiation starts from. */
  readonly seeds: ReadonlyMap<string, string>;
  /** The values whose gradients are wanted. */
  readonly wanted: readonly string[];
}

/**
 * Emits the gradients of a graph by reverse-mode differentiation.
 *
 * For `wanted` w and seeds s of outputs y: dw = sum over y of s_y . dy/dw. The nodes differentiated are those that stand in
 * the builder when this is called; types and shapes are those that the builder was told. Only what lies between a wanted
 * value and a seeded one is visited.
 *
 * @returns the gradient of each wanted value; one that nothing flows to is absent
 * @throws OnwardError `unsupported` that names the node, when the way leads through an op without a rule
 */
export function backward(g: GraphBuilder, request: BackwardRequest): Map<string, string> {
  const nodes = [...g.nodes];
  const dependent = dependents(g, nodes, request.wanted);
  const gradients = new Map<string, string>();
  const add = (value: string, gradient: string) => {
    const sum = gradients.get(value);
    gradients.set(value, sum === undefined ? gradient : g.add(sum, gradient));
  };
  for (const [value, seed] of request.seeds) if (dependent.has(value)) add(value, seed);

  for (const node of nodes.toReversed()) {
    const dy = node.outputs.map((name) => gradients.get(name));
    if (dy.every((gradient) => gradient === undefined)) continue;
    const reached = node.inputs.some((name) => dependent.has(name)) || anyIn(capturedValues(node), dependent);
    if (!reached) continue;
    const entry = differentiable(node);
    if (entry === undefined) continue;
    const results = applied(entry.rule, contextOf(g, node, dy, dependent), nodes, dependent);
    for (const [i, name] of node.inputs.entries()) {
      const gradient = results[i];
      if (gradient === undefined || !dependent.has(name)) continue;
      add(name, entry.broadcasts ? sumToShape(g, gradient, name, node.outputs[0] ?? "") : gradient);
    }
  }
  return new Map(
    request.wanted.flatMap((name) => {
      const gradient = gradients.get(name);
      return gradient === undefined ? [] : [[name, gradient] as const];
    }),
  );
}

/** What a rule emits. Where it cannot, and an op further up is refused, that is what stands in the way: its shapes are often unknown. */
function applied(
  rule: Rule,
  context: RuleContext,
  nodes: readonly Node[],
  dependent: ReadonlySet<string>,
): ReturnType<Rule> {
  try {
    return rule(context);
  } catch (error) {
    const live = new Set(context.x.filter((name) => dependent.has(name)));
    for (const node of nodes.slice(0, nodes.indexOf(context.node)).toReversed()) {
      if (!node.outputs.some((name) => live.has(name)) || differentiable(node) === undefined) continue;
      for (const name of node.inputs) if (dependent.has(name)) live.add(name);
    }
    throw error;
  }
}

/** The values that a change of a wanted one can reach, through ops that let gradients pass. */
function dependents(g: GraphBuilder, nodes: readonly Node[], wanted: readonly string[]): Set<string> {
  const reached = new Set(wanted);
  for (const node of nodes) {
    // The second input of CastLike tells a type alone.
    const inputs = node.op === "CastLike" ? node.inputs.slice(0, 1) : node.inputs;
    if (!inputs.some((name) => reached.has(name)) && !anyIn(capturedValues(node), reached)) continue;
    const status = registry.get(qualifiedName(node))?.status;
    if (status === "zero") continue;
    for (const output of node.outputs) {
      const type = g.typeOf(output);
      // What is refused is followed whatever it computes, so that it is met: a quantised value is no float.
      if (output !== "" && (type === undefined || isFloat(type) || status !== "rule")) reached.add(output);
    }
  }
  return reached;
}

function anyIn(names: ReadonlySet<string>, set: ReadonlySet<string>): boolean {
  for (const name of names) if (set.has(name)) return true;
  return false;
}

/** The rule of a node, undefined where nothing flows back. */
function differentiable(node: Node): Extract<Entry, { status: "rule" }> | undefined {
  const entry = registry.get(qualifiedName(node));
  if (entry?.status === "rule") return entry;
  if (entry?.status === "zero") return undefined;
  throw new OnwardError("unsupported", {
    expected: "every op between the parameters and the loss to have a gradient",
    got:
      entry === undefined
        ? `${qualifiedName(node)}, which is not known here`
        : `${qualifiedName(node)}: ${entry.status === "rewritten" ? "used in a way that is not written in other ops" : entry.reason}`,
    where: describeNode(node),
    advice: "freeze the parameters before this node, or export the model without it",
  });
}

function contextOf(
  g: GraphBuilder,
  node: Node,
  dy: readonly (string | undefined)[],
  dependent: ReadonlySet<string>,
): RuleContext {
  const rank = (name: string) => {
    const shape = g.shapeOf(name);
    if (shape === undefined) {
      throw new OnwardError("unsupported", {
        expected: `the number of dimensions of ${show(name)} to be known`,
        where: describeNode(node),
        advice: "declare the shapes of the model's inputs",
      });
    }
    return shape.length;
  };
  return {
    g,
    node,
    x: node.inputs,
    y: node.outputs,
    dy,
    needs: (i) => dependent.has(node.inputs[i] ?? ""),
    shape: (name) => g.shapeOf(name),
    rank,
    staticShape: (name) => {
      const shape = g.shapeOf(name);
      return isStatic(shape) ? shape : undefined;
    },
    dim: (name, axis) => g.shapeOf(name)?.at(axis),
    constant: (name) => g.constantOf(name),
    output: (i) => g.outputOf(node, i),
  };
}
