import { basename, resolve } from "node:path";
import { OnwardError, show } from "../core/index.ts";
import { idxFolder, mnist, type TrainVal } from "../data/index.ts";

/** Data that `--data` names. */
export interface DataChoice {
  /** What a run folder is named after: letters, digits, dots and dashes. */
  readonly name: string;
  load(): Promise<TrainVal>;
}

/** What `--data` takes, for help and errors. */
export const dataForms = "mnist|idx:DIR";

/**
 * Reads `--data`.
 *
 * @throws OnwardError `usage` when it names no data set
 */
export function dataOption(text: string): DataChoice {
  if (text === "mnist") return { name: "mnist", load: mnist };
  const folder = text.startsWith("idx:") ? text.slice("idx:".length) : "";
  if (folder !== "") {
    const name = basename(resolve(folder)).replaceAll(/[^\w.-]+/g, "-") || "idx";
    return { name, load: () => idxFolder(folder) };
  }
  throw new OnwardError("usage", { expected: "--data to be mnist or idx:DIR", got: show(text) });
}
