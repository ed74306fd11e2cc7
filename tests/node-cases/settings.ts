import { qualifiedName, type Graph, type Model } from "../../src/graph/index.ts";
import type { FloatType } from "./retype.ts";

/** Float inputs that say how to compute, not what with: no gradient is asked for them, and they keep their type. */
const settings: Readonly<Record<string, readonly number[]>> = {
  Resize: [1, 2],
  Dropout: [1],
  OneHot: [1],
};

/** The values of a graph that are settings of its nodes. */
export function settingsOf(graph: Graph): Set<string> {
  const names = graph.nodes.flatMap((node) => settings[qualifiedName(node)]?.map((i) => node.inputs[i] ?? "") ?? []);
  return new Set(names.filter((name) => name !== ""));
}

/** The outputs that training keeps and never differentiates. */
export function runningStatistics(graph: Graph): Set<string> {
  return new Set(
    graph.nodes.flatMap((node) => (qualifiedName(node) === "BatchNormalization" ? node.outputs.slice(1) : [])),
  );
}

/** Ops that compute in float32 inside, whatever their type, unless an attribute says otherwise. */
const single = ["LayerNormalization", "GroupNormalization", "RMSNormalization"];

/** The types to try a model in, the better one for differences first. */
export function typesFor({ graph }: Model): readonly FloatType[] {
  return graph.nodes.some((node) => single.includes(qualifiedName(node))) ? ["float32"] : ["float64", "float32"];
}
