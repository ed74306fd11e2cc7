import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { OnwardError, parse, show } from "../core/index.ts";
import { runFiles, type ReportRecord, type RunRecord } from "./run-record.ts";

/** What a run folder says. */
export interface Run {
  readonly record: RunRecord;
  readonly reports: readonly ReportRecord[];
}

/**
 * Reads a run folder, of a run that ended, one that still runs or one that died.
 *
 * A last line of `reports.jsonl` that is not finished is left out. "NaN", "Infinity" and "-Infinity" in reports become
 * numbers again.
 *
 * @throws OnwardError `file` when the folder holds no run, one of a later format, or a damaged one
 *
 * @example
 * ```ts
 * import { readRun, RunFolder } from "onward/runs";
 * const folder = await RunFolder.create("runs/second");
 * await folder.writeRun({ run: 1, started: new Date().toISOString(), options: {}, versions: {}, platform: {} });
 * await folder.close();
 * const { record, reports } = await readRun("runs/second");
 * ```
 */
export async function readRun(folder: string): Promise<Run> {
  const path = join(folder, runFiles.run);
  const record = object(await text(path), path, (content) => JSON.parse(content) as unknown);
  if (record["run"] !== 1) {
    throw new OnwardError("file", {
      expected: "a run record of version 1",
      got: show(record["run"]),
      where: path,
      advice: "a newer release may read it",
    });
  }
  return { record: record as unknown as RunRecord, reports: await readReports(join(folder, runFiles.reports)) };
}

async function readReports(path: string): Promise<ReportRecord[]> {
  // What follows the last line break is being written, or never will be.
  const lines = (await text(path)).split("\n").slice(0, -1);
  return lines.map((line, i) => object(line, `${path}, line ${i + 1}`, parse));
}

async function text(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const got = code === "ENOENT" ? "no such file" : message;
    throw new OnwardError("file", { expected: "a run folder's file", got, where: path, cause });
  }
}

function object(content: string, where: string, read: (content: string) => unknown): Record<string, unknown> {
  let value: unknown;
  try {
    value = read(content);
  } catch {
    value = undefined;
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new OnwardError("file", { expected: "a JSON object", got: show(content), where });
}
