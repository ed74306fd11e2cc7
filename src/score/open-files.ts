import { type Database, findFiles } from "../tables/index.ts";
import { checkClassWeights, checkOptions, checkTwoClasses } from "./check-options.ts";
import { type ClassSet, classSet } from "./class-set.ts";
import { type FileLayout, fileLayout } from "./file-layout.ts";
import { Pass, type Watch } from "./pass.ts";
import type { ScoreOptions } from "./score-options.ts";

/** Files that were looked at, with the classes that they are of. */
export interface OpenFiles {
  readonly layouts: readonly FileLayout[];
  readonly classes: ClassSet;
  readonly options: ScoreOptions;
  /** Passes over all rows. */
  readonly pass: Pass;
}

/**
 * Finds files, looks at their columns, and settles the classes.
 *
 * @throws OnwardError `usage` when options contradict each other, `file` or `data` when a file does not fit them
 */
export async function openFiles(
  database: Database,
  patterns: readonly string[],
  options: ScoreOptions,
  watch: Watch,
): Promise<OpenFiles> {
  checkOptions(options);
  const layouts: FileLayout[] = [];
  for (const file of await findFiles(database, patterns)) layouts.push(await fileLayout(database, file, options));
  const classes = await classSet(database, layouts, options);
  checkClassWeights(options, classes);
  if (options.threshold !== undefined) checkTwoClasses("--threshold", classes);
  return { layouts, classes, options, pass: new Pass(database, layouts, classes, options, watch) };
}
