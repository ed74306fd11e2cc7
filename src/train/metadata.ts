import type { Criterion } from "../criteria/index.ts";
import type { Source } from "../data/index.ts";
import { metadataKeys } from "../graph/index.ts";
import type { PreparedModel } from "../steps/index.ts";

/** What a model file has to say of its data and its scores, so that whoever uses it later need not be told. */
export function modelMetadata(
  source: Source | undefined,
  criterion: Criterion,
  prepared: PreparedModel,
): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>();
  if (criterion.activation === "softmax" && prepared.activation === undefined)
    metadata.set(metadataKeys.scores, JSON.stringify("logits"));
  if (source?.preprocessing !== undefined)
    metadata.set(metadataKeys.preprocessing, JSON.stringify(source.preprocessing));
  if (source?.classNames !== undefined) metadata.set(metadataKeys.classNames, JSON.stringify(source.classNames));
  return metadata;
}
