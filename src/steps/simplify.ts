import type { Graph } from "../graph/index.ts";
import type { Runtime } from "../runtime/index.ts";
import { dropIdentities } from "./drop-identities.ts";
import { foldConstants } from "./fold-constants.ts";
import { inferShapes } from "./infer-shapes.ts";
import { openTargets } from "./open-targets.ts";
import { prune } from "./prune.ts";
import { takeBranches } from "./take-branches.ts";
import { withoutSequences } from "./without-sequences.ts";

/**
 * Folds constants, takes the branches that are known and sequences apart, and infers shapes, until what is known of shapes
 * makes no more constants of them.
 *
 * @param start - a graph whose shapes were inferred
 * @param varying - initializers that are no constants
 */
export async function simplify(start: Graph, varying: ReadonlySet<string>, runtime: Runtime): Promise<Graph> {
  let graph = start;
  for (;;) {
    const constant = await foldConstants(graph, varying, runtime);
    const taken = takeBranches(constant);
    const folded = prune(openTargets(withoutSequences(dropIdentities(taken))));
    if (taken === constant && folded.nodes.length === graph.nodes.length) return graph;
    graph = await inferShapes(folded, runtime);
  }
}
