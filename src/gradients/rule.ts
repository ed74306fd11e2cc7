import type { Dim, GraphBuilder, Node, Shape, TensorData } from "../graph/index.ts";

/** What a rule sees of the node that it differentiates. Values are names in the graph under construction. */
export interface RuleContext {
  /** Emits the nodes of the gradient. */
  readonly g: GraphBuilder;
  readonly node: Node;
  /** The node's inputs; "" where an optional one is absent. */
  readonly x: readonly string[];
  /** The node's outputs. */
  readonly y: readonly string[];
  /** The gradient of each output; undefined where nothing flows back. At least one is defined. */
  readonly dy: readonly (string | undefined)[];
  /** Whether the gradient of input i is wanted. A rule emits nothing for the others. */
  readonly needs: (i: number) => boolean;
  /** The shape of a value of the forward graph, as far as the runtime could infer it. */
  readonly shape: (name: string) => Shape | undefined;
  /** The number of dimensions. @throws OnwardError `unsupported` where the runtime could not infer it */
  readonly rank: (name: string) => number;
  /** The shape where all of it is known. */
  readonly staticShape: (name: string) => readonly number[] | undefined;
  /** A dimension where it is known as a number. */
  readonly dim: (name: string, axis: number) => Dim;
  /** The value where it is a constant of the graph. */
  readonly constant: (name: string) => TensorData | undefined;
  /** An optional output of the node itself, added to it where it is absent (the indices of MaxPool, say). */
  readonly output: (i: number) => string;
}

/**
 * The gradients of a node's inputs, from those of its outputs: entry i belongs to input i, undefined where it has none or
 * was not asked for. A rule is its formula and nothing else; pruning, accumulating, un-broadcasting and type checks are done
 * for it.
 */
export type Rule = (c: RuleContext) => readonly (string | undefined)[];

/** What the registry says of an op. */
export type Entry =
  /** Differentiable. `broadcasts`: the inputs broadcast against each other, and the engine sums the gradients back. */
  | { readonly status: "rule"; readonly rule: Rule; readonly broadcasts: boolean }
  /** Piecewise constant, or not a function of float values: nothing flows back. */
  | { readonly status: "zero" }
  /** Written in other ops before anything is differentiated. */
  | { readonly status: "rewritten"; readonly into: string }
  /** Not to be differentiated, for the reason given. */
  | { readonly status: "refused"; readonly reason: string };

/** A family of ops, by qualified name. */
export type Family = Readonly<Record<string, Entry>>;

/** A rule for any op. */
export function rule(formula: Rule): Entry {
  return { status: "rule", rule: formula, broadcasts: false };
}

/** A rule whose inputs broadcast. */
export function broadcasting(formula: Rule): Entry {
  return { status: "rule", rule: formula, broadcasts: true };
}

/** A rule for y = f(x) of one input: dx from x, y and dy. */
export function unary(
  formula: (c: { g: GraphBuilder; x: string; y: string; dy: string; node: Node }) => string,
): Entry {
  return rule(({ g, x, y, dy, node }) => [
    formula({ g, node, x: x[0] as string, y: y[0] as string, dy: dy[0] as string }),
  ]);
}

/** Nothing flows back. */
export const zero: Entry = { status: "zero" };

/** Not to be differentiated. */
export function refused(reason: string): Entry {
  return { status: "refused", reason };
}
