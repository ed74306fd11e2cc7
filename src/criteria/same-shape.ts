import { OnwardError, show } from "../core/index.ts";
import type { GraphBuilder } from "../graph/index.ts";

/**
 * Checks that labels have the shape of the scores, as far as both are known. Labels of another shape would be broadcast: [N]
 * against [N, 1] would be compared as [N, N].
 *
 * @throws OnwardError `data` when they differ
 */
export function sameShape(g: GraphBuilder, scores: string, labels: string, where: string): void {
  const expected = g.shapeOf(scores);
  const got = g.shapeOf(labels);
  if (expected === undefined || got === undefined) return;
  const differs = (dim: number | string | undefined, i: number) =>
    typeof dim === "number" && typeof got[i] === "number" && dim !== got[i];
  if (expected.length !== got.length || expected.some(differs)) {
    throw new OnwardError("data", {
      expected: `labels of the scores' shape ${show(expected)}`,
      got: show(got),
      where,
    });
  }
}
