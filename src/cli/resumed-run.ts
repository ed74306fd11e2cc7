import { join } from "node:path";
import { OnwardError } from "../core/index.ts";
import { readRun, runFiles } from "../runs/index.ts";
import { optionText } from "./config-file.ts";

/** Options that may change when a run goes on. */
const changeable = new Set(["resume", "epochs", "json", "on-nonfinite"]);

/**
 * The options of a run that is to go on, as its record keeps them.
 *
 * @throws OnwardError `usage` when other options are given, `file` when the folder holds no run
 */
export async function optionsOfRun(
  folder: string,
  given: readonly string[],
): Promise<Record<string, string | boolean>> {
  const other = given.find((name) => !changeable.has(name));
  if (other !== undefined) {
    throw new OnwardError("usage", {
      expected: "--resume with no other option than --epochs, --on-nonfinite and --json, as a run goes on with its own",
      got: `--${other}`,
    });
  }
  const { record } = await readRun(folder);
  const where = join(folder, runFiles.run);
  const options = Object.entries(record.options).map(
    ([name, value]) => [name, typeof value === "boolean" ? value : optionText(name, value, where)] as const,
  );
  return { ...Object.fromEntries(options), out: folder };
}
