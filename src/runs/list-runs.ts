import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { OnwardError } from "../core/index.ts";
import { readRun } from "./read-run.ts";
import { runFiles } from "./run-record.ts";
import { summarizeRun, type RunSummary } from "./run-summary.ts";

/** The runs of a folder, the earliest first, and the folders in it that hold none, with the reason. */
export interface RunList {
  readonly runs: readonly RunSummary[];
  readonly leftOut: readonly { readonly folder: string; readonly reason: string }[];
}

/**
 * Reads the runs in a folder: each folder in it is one. A run's own folder is a list of that run. What is damaged or something else is named, and hinders nothing.
 *
 * @throws OnwardError `file` when there is no such folder, or it cannot be read
 *
 * @example
 * ```ts
 * import { listRuns, RunFolder } from "onward/runs";
 * const folder = await RunFolder.create("runs/third");
 * await folder.writeRun({ run: 1, started: new Date().toISOString(), options: {}, versions: {}, platform: {} });
 * await folder.close();
 * const { runs } = await listRuns("runs");
 * runs.at(-1)?.state; // "running"
 * ```
 */
export async function listRuns(folder: string): Promise<RunList> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    const got = cause.code === "ENOENT" ? "none" : cause.message;
    throw new OnwardError("file", { expected: "a folder with runs", got, where: folder, cause });
  });
  const runs: RunSummary[] = [];
  const leftOut: { folder: string; reason: string }[] = [];
  const folders = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
  const isRun = entries.some(({ name }) => name === runFiles.run);
  for (const path of isRun ? [folder] : folders.map(({ name }) => join(folder, name))) {
    try {
      const reports = await stat(join(path, runFiles.reports)).catch(() => undefined);
      runs.push(summarizeRun(path, await readRun(path), reports?.mtime.toISOString()));
    } catch (error) {
      leftOut.push({ folder: path, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  // ISO 8601 in UTC sorts as text; what does not say when it started comes last.
  runs.sort((a, b) => compare(a.started ?? "~", b.started ?? "~") || compare(a.name, b.name));
  return { runs, leftOut: leftOut.sort((a, b) => compare(a.folder, b.folder)) };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
