import { registry, type Entry } from "../gradients/index.ts";
import { qualifiedName, type Graph, type Model, type Node } from "../graph/index.ts";

/** An op of a model, and whether gradients pass it. */
export interface OperationCount {
  /** "Relu", or "com.microsoft:Gelu" outside the default domain. */
  readonly op: string;
  /** How many nodes there are of it: in the graph, the bodies inside it, and once in each function that the file defines. */
  readonly count: number;
  /**
   * `rule`: differentiable; `zero`: nothing flows back; `rewritten`: written in other ops first; `refused`; `function`: defined
   * by the file; `unknown`.
   */
  readonly status: Entry["status"] | "function" | "unknown";
  /** Why it is refused. */
  readonly reason?: string;
  /** What it is rewritten into. */
  readonly into?: string;
}

/** Counts the ops of a model as it was read, by name. */
export function countOperations({ graph, functions }: Model): OperationCount[] {
  const counts = new Map<string, number>();
  const visit = (nodes: readonly Node[]): void => {
    for (const node of nodes) {
      const op = qualifiedName(node);
      counts.set(op, (counts.get(op) ?? 0) + 1);
      for (const body of bodies(node)) visit(body.nodes);
    }
  };
  visit(graph.nodes);
  for (const { nodes } of functions) visit(nodes);
  const defined = new Set(functions.map(({ domain, name }) => qualifiedName({ domain, op: name })));
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([op, count]) => {
      if (defined.has(op)) return { op, count, status: "function" };
      const entry = registry.get(op) ?? { status: "unknown" };
      if (entry.status === "refused") return { op, count, status: entry.status, reason: entry.reason };
      if (entry.status === "rewritten") return { op, count, status: entry.status, into: entry.into };
      return { op, count, status: entry.status };
    });
}

function bodies(node: Node): readonly Graph[] {
  return [...node.attributes.values()].flatMap(({ kind, value }) =>
    kind === "graph" ? [value] : kind === "graphs" ? value : [],
  );
}
