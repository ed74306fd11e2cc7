import type { Criterion } from "../criteria/index.ts";
import { OnwardError, show } from "../core/index.ts";
import type { DataType, GraphBuilder } from "../graph/index.ts";
import { names } from "./names.ts";
import type { Parameter, PreparedModel } from "./prepared-model.ts";

/** Declares parameters and running statistics as inputs under their own names. */
export function declareParameters(g: GraphBuilder, prepared: PreparedModel, parameters: readonly Parameter[]): void {
  for (const { name, type, shape } of parameters) g.input(name, type as DataType, shape);
  for (const name of prepared.statistics) {
    const data = prepared.graph.initializers.get(name);
    if (data !== undefined) g.input(name, data.type, data.dims);
  }
}

/** Declares the model's inputs under their own names, and the labels. */
export function declareBatch(g: GraphBuilder, prepared: PreparedModel, criterion: Criterion): string {
  for (const { name, type, shape } of prepared.inputs) g.input(name, typeOf(name, type), shape);
  const { type, shape } = criterion.labels(prepared.scores.shape);
  return g.input(names.labels, type, shape);
}

/** The element type of an input; an error where the file does not say. */
export function typeOf(name: string, type: DataType | undefined): DataType {
  if (type === undefined)
    throw new OnwardError("model", { expected: `input ${show(name)} to be a tensor of a declared type`, got: "none" });
  return type;
}
