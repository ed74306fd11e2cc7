import type { Criterion } from "../criteria/index.ts";
import { GraphBuilder, type Graph } from "../graph/index.ts";
import { declareBatch, declareParameters } from "./declare.ts";
import { emitForward } from "./forward.ts";
import { names } from "./names.ts";
import type { PreparedModel } from "./prepared-model.ts";

/** Builds `evaluate`: parameters, statistics and a batch in; terms, weights (where they are not all 1) and scores out. */
export function evaluateGraph(prepared: PreparedModel, criterion: Criterion): Graph {
  const g = new GraphBuilder();
  declareParameters(g, prepared, prepared.parameters);
  const labels = declareBatch(g, prepared, criterion);
  const keys = () => {
    throw new Error("nothing is random in evaluation");
  };
  const { terms, weights, scores } = emitForward(g, prepared, criterion, labels, { mode: "eval", keys });
  g.output(names.terms, terms);
  if (weights !== undefined) g.output(names.weights, weights);
  g.output(names.scores, scores);
  return g.build("evaluate");
}
