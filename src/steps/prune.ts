import { dropUnread, type Graph } from "../graph/index.ts";
import { scoresOutput } from "./scores-output.ts";

/** The part of a graph that its scores, which become its only output, are computed from. */
export function prune(graph: Graph): Graph {
  const scores = scoresOutput(graph);
  return dropUnread({ ...graph, outputs: scores === undefined ? [] : [scores] });
}
