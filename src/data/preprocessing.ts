import { OnwardError, show } from "../core/index.ts";
import { isImagePreprocessing, type ImagePreprocessing } from "./images/image-preprocessing.ts";
import { isTablePreprocessing, type TablePreprocessing } from "./tables/table-preprocessing.ts";
import { isTextPreprocessing, type TextPreprocessing } from "./text/text-preprocessing.ts";
import { isStandardization, type Standardization } from "./standardization.ts";

/**
 * How raw data became model inputs. Plain JSON with a kind and a version, so that it can travel in a model file and whoever uses
 * the model later need not be told.
 */
export type Preprocessing = Standardization | ImagePreprocessing | TablePreprocessing | TextPreprocessing;

/** For each kind, whether an object from JSON has what it should. */
const kinds: { readonly [Kind in Preprocessing["kind"]]: (value: object) => boolean } = {
  standardize: isStandardization,
  image: isImagePreprocessing,
  table: isTablePreprocessing,
  text: isTextPreprocessing,
};

/**
 * Reads a preprocessing from JSON, as a model file holds it.
 *
 * @throws OnwardError `file` when it is malformed, of an unknown kind or of a later version
 *
 * @example
 * ```ts
 * import { parsePreprocessing } from "onward/data";
 * const text = '{"version":1,"kind":"standardize","scale":1,"mean":[0.5],"deviation":[0.25]}';
 * parsePreprocessing(text).kind; // "standardize"
 * ```
 */
export function parsePreprocessing(text: string): Preprocessing {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new OnwardError("file", { expected: "preprocessing to be JSON", got: show(text), cause });
  }
  const { version, kind } = (value ?? {}) as Record<string, unknown>;
  if (version !== 1 || typeof kind !== "string" || !Object.hasOwn(kinds, kind)) {
    throw new OnwardError("file", {
      expected: `preprocessing of version 1 and kind ${Object.keys(kinds).join(", ")}`,
      got: `kind ${show(kind)}, version ${show(version)}`,
      advice: "a newer release may read it",
    });
  }
  const known = kind as Preprocessing["kind"];
  if (kinds[known](value as object)) return value as Preprocessing;
  throw new OnwardError("file", {
    expected: `preprocessing of kind ${known} to hold what it should`,
    got: show(text),
    advice: "the model file may be damaged",
  });
}

/**
 * Checks that a preprocessing, which a model file holds, is of the kind that data needs.
 *
 * @param data - what errors call the data
 * @throws OnwardError `data` when it is of another kind
 */
export function preprocessingOfKind<Kind extends Preprocessing["kind"]>(
  preprocessing: Preprocessing | undefined,
  kind: Kind,
  data: string,
): Extract<Preprocessing, { kind: Kind }> | undefined {
  if (preprocessing === undefined || preprocessing.kind === kind) {
    return preprocessing as Extract<Preprocessing, { kind: Kind }> | undefined;
  }
  throw new OnwardError("data", {
    expected: `data of kind ${preprocessing.kind}, as the model was trained on`,
    got: `${kind} (${data})`,
  });
}
