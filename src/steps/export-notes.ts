import type { Graph } from "../graph/index.ts";

/** Where PyTorch's exporter by way of `torch.export` notes what each tensor was in the module, and what it computed in advance. */
const keys = {
  signature: "pkg.torch.export.ExportedProgram.graph_signature",
  foldedFrom: "pkg.onnxscript.optimizer.folded_from",
} as const;

/** What an exporter says of a tensor. */
export interface ExportNote {
  /** Whether it is a parameter of the module that was exported, or computed from one. */
  readonly learned: boolean;
  /** Where it comes from, for people. */
  readonly origin: string;
}

/**
 * Makes the function that tells what the exporter noted of an initializer; undefined where it noted nothing.
 *
 * A tensor that was computed when the model was exported (a transposed weight, a table of angles) is learned where one of its
 * sources is.
 */
export function exportNotes({ metadata, values }: Graph): (name: string) => ExportNote | undefined {
  const signature = metadata?.get(keys.signature);
  if (signature === undefined) return () => undefined;
  const kinds = new Map([...signature.matchAll(/: ([A-Z_]+) target='([^']*)'/g)].map(([, kind, name]) => [name, kind]));
  return (name) => {
    const kind = kinds.get(name);
    if (kind !== undefined) return { learned: kind === "PARAMETER", origin: describe(kind) };
    const folded = values.get(name)?.metadata?.get(keys.foldedFrom);
    if (folded === undefined) return undefined;
    const sources = [...folded.matchAll(/'([^']*)'/g)].flatMap(([, source]) => kinds.get(source) ?? []);
    return {
      learned: sources.includes("PARAMETER"),
      origin: sources.length === 0 ? "computed from constants" : `computed from ${describe(sources[0] ?? "")}`,
    };
  };
}

/** "BUFFER" is "a buffer". */
function describe(kind: string): string {
  return `a ${kind.toLowerCase().replaceAll("_", " ")}`;
}
