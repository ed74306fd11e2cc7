import type { Source } from "../data/index.ts";
import { metadataKeys } from "../graph/index.ts";

/** What a model file has to say of its data, so that whoever uses it later need not be told. */
export function modelMetadata(source: Source | undefined): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>();
  if (source?.preprocessing !== undefined)
    metadata.set(metadataKeys.preprocessing, JSON.stringify(source.preprocessing));
  if (source?.classNames !== undefined) metadata.set(metadataKeys.classNames, JSON.stringify(source.classNames));
  return metadata;
}
