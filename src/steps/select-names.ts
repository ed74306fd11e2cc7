import { OnwardError, show } from "../core/index.ts";
import { findHead } from "./head.ts";
import { fitsPattern } from "./name-pattern.ts";
import type { PreparedModel } from "./prepared-model.ts";

/**
 * Which parameters are meant: patterns for their names in the ONNX file, in which `*` stands for any characters and `?` for
 * one, or the words "head" (the classifier's weight and bias) and "backbone" (everything else).
 */
export type ParameterSelection = string | readonly string[];

/**
 * Selects names of parameters and running statistics.
 *
 * @param where - the option that selects, for errors
 * @throws OnwardError `usage` when a pattern fits none of them, `unsupported` when a word asks for a head that is not found
 */
export function selectNames(prepared: PreparedModel, selection: ParameterSelection, where: string): Set<string> {
  const names = [...prepared.parameters.map(({ name }) => name), ...prepared.statistics];
  const selected = new Set<string>();
  for (const pattern of typeof selection === "string" ? [selection] : selection) {
    const fitting = names.filter(predicate(prepared, pattern));
    if (fitting.length === 0) {
      throw new OnwardError("usage", {
        expected: `${where} to fit a parameter`,
        got: show(pattern),
        advice: `the parameters are ${some(prepared.parameters.map(({ name }) => name))}`,
      });
    }
    for (const name of fitting) selected.add(name);
  }
  return selected;
}

function predicate(prepared: PreparedModel, pattern: string): (name: string) => boolean {
  if (pattern !== "head" && pattern !== "backbone") return (name) => fitsPattern(name, pattern);
  const { weight, bias } = findHead(prepared.graph);
  return (name) => (name === weight.name || name === bias?.name) === (pattern === "head");
}

/** The first names and the last one. */
function some(names: readonly string[]): string {
  if (names.length <= 6) return names.join(", ");
  return `${names.slice(0, 4).join(", ")}, ... and ${names.at(-1) ?? ""}, ${names.length} in all`;
}
