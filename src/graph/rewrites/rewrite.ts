import type { GraphBuilder } from "../builder.ts";
import type { Node } from "../model.ts";

/** How an op is written in others that have gradients. */
export interface Rewrite {
  /** What it becomes, for the table of ops. */
  readonly into: string;
  /**
   * Emits the others; the node's outputs keep their names.
   *
   * @returns false when it must wait until shapes are known; nothing was emitted then
   */
  readonly emit: (g: GraphBuilder, node: Node) => boolean;
}

/** Gives a value the name of the node's output `i`, where that output is asked for. */
export function bind(g: GraphBuilder, node: Node, i: number, value: string): void {
  const output = node.outputs[i] ?? "";
  if (output === "") return;
  g.node({ op: "Identity", domain: "", name: output, inputs: [value], outputs: [output], attributes: new Map() });
}

/** The node's input `i`, undefined where it is absent. */
export function inputOf(node: Node, i: number): string | undefined {
  const name = node.inputs[i] ?? "";
  return name === "" ? undefined : name;
}

/** A scalar of the type of another value, which need not be known yet. */
export function scalarLike(g: GraphBuilder, value: number, like: string): string {
  const type = g.typeOf(like);
  return type === undefined ? g.castLike(g.scalar(value, "float32"), like) : g.scalar(value, type);
}
