import { mkdir, open, readdir, rm, rmdir, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { OnwardError, stringify } from "../core/index.ts";
import { makeFolder } from "./make-folder.ts";
import { runFiles, type ReportRecord, type RunRecord } from "./run-record.ts";
import { writeFile } from "./write-file.ts";

/**
 * Writes a run's folder: `run.json`, `reports.jsonl` with one line for each report, `model.onnx` and `best.onnx`.
 *
 * Each file but `reports.jsonl` is written whole or not at all, and each line is on the disk before `appendReport` returns:
 * whenever the process dies, what was written stays readable.
 *
 * @example
 * ```ts
 * import { RunFolder } from "onward/runs";
 * const folder = await RunFolder.create("runs/first");
 * await folder.appendReport({ phase: "val", epoch: 1, loss: 0.1 });
 * await folder.close();
 * ```
 */
export class RunFolder {
  readonly path: string;
  readonly #reports: FileHandle;

  private constructor(path: string, reports: FileHandle) {
    this.path = path;
    this.#reports = reports;
  }

  /**
   * Takes a new or an empty folder for a run. Folders above it are made too.
   *
   * @throws OnwardError `usage` when there is something in it already, `file` when it cannot be made
   */
  static async create(path: string): Promise<RunFolder> {
    const taken = (got: string): OnwardError =>
      new OnwardError("usage", { expected: "a new or an empty folder for the run", got, where: path });
    try {
      await makeFolder(path);
      const entries = await readdir(path);
      if (entries.length > 0)
        throw taken(`one that holds ${entries.length === 1 ? "a file" : `${entries.length} files`}`);
      // "ax" fails where another run has taken the folder in the meantime.
      return new RunFolder(path, await open(join(path, runFiles.reports), "ax"));
    } catch (cause) {
      if (cause instanceof OnwardError) throw cause;
      const { code, message } = cause as NodeJS.ErrnoException;
      if (code === "EEXIST" || code === "ENOTDIR") throw taken("a file, or a folder that another run has taken");
      throw new OnwardError("file", { expected: "to make a run folder", got: message, where: path, cause });
    }
  }

  /**
   * Opens the folder of a run that goes on, and cuts its reports down to the first `reports`: later ones, and a last one that is half
   * written, are given again. What a killed process left half written beside them is removed.
   *
   * @throws OnwardError `file` when it holds fewer, or cannot be written
   */
  static async reopen(path: string, reports: number): Promise<RunFolder> {
    const where = join(path, runFiles.reports);
    try {
      const halfWritten = (await readdir(path)).filter((name) => /^\.\S+\.tmp$/.test(name));
      await Promise.all(halfWritten.map((name) => rm(join(path, name), { force: true })));
      const handle = await open(where, "r+");
      try {
        const content = await handle.readFile();
        let end = 0;
        for (let line = 0; line < reports; line++) {
          const next = content.indexOf(0x0a, end);
          if (next < 0) {
            throw new OnwardError("file", {
              expected: `at least ${reports} reports, as many as the checkpoint knows of`,
              got: String(line),
              where,
            });
          }
          end = next + 1;
        }
        await handle.truncate(end);
        await handle.sync();
      } finally {
        await handle.close();
      }
      return new RunFolder(path, await open(where, "a"));
    } catch (cause) {
      if (cause instanceof OnwardError) throw cause;
      const got = (cause as Error).message;
      throw new OnwardError("file", { expected: "a run's reports to go on with", got, where, cause });
    }
  }

  /**
   * Makes a new folder with the first free number: `stem-1`, `stem-2`, and so on.
   *
   * @throws OnwardError `file` when it cannot be made
   */
  static async createNext(stem: string): Promise<RunFolder> {
    try {
      await makeFolder(dirname(stem));
      for (let number = 1; ; number++) {
        const path = `${stem}-${number}`;
        const made = await mkdir(path).then(
          () => true,
          (cause: NodeJS.ErrnoException) => {
            if (cause.code === "EEXIST") return false;
            throw cause;
          },
        );
        if (made) return await RunFolder.create(path);
      }
    } catch (cause) {
      if (cause instanceof OnwardError) throw cause;
      const got = (cause as Error).message;
      throw new OnwardError("file", { expected: "to make a run folder", got, where: stem, cause });
    }
  }

  /** Writes `run.json`, over an earlier one. */
  async writeRun(record: RunRecord): Promise<void> {
    await writeFile(join(this.path, runFiles.run), `${stringify(record, 2)}\n`);
  }

  /**
   * Adds a line to `reports.jsonl`. Numbers that are not finite are written as texts.
   *
   * @throws OnwardError `file` when it cannot be written
   */
  async appendReport(report: ReportRecord): Promise<void> {
    try {
      await this.#reports.appendFile(`${stringify(report)}\n`);
      await this.#reports.datasync();
    } catch (cause) {
      const [got, where] = [(cause as Error).message, join(this.path, runFiles.reports)];
      throw new OnwardError("file", { expected: "to write a report", got, where, cause });
    }
  }

  /**
   * Writes `model.onnx` (the last) or `best.onnx`.
   *
   * @returns the file's path
   */
  async writeModel(which: "model" | "best", bytes: Uint8Array): Promise<string> {
    const path = join(this.path, runFiles[which]);
    await writeFile(path, bytes);
    return path;
  }

  /**
   * Gives the folder up, of a run that failed before it had anything to report: it is as free as before.
   *
   * @param others - the paths of further files that the run made in it
   */
  async discard(...others: readonly string[]): Promise<void> {
    await this.close();
    const files = [runFiles.run, runFiles.reports].map((file) => join(this.path, file));
    await Promise.all([...files, ...others].map((file) => rm(file, { force: true })));
    // It stays where it holds something else.
    await rmdir(this.path).catch(() => undefined);
  }

  /** Closes the reports; nothing can be added then. */
  async close(): Promise<void> {
    await this.#reports.close();
  }
}
