import { open, readdir, type FileHandle } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { OnwardError, show } from "../../core/index.ts";
import { makeFolder } from "../make-folder.ts";
import { eventRecord } from "./event-record.ts";

/** How an event file begins. */
export interface EventFileOptions {
  /** Where a run goes on: the first step that it writes again. What earlier files hold of it and of later steps becomes void. */
  readonly from?: number;
  /** Seconds since 1970. Now by default. */
  readonly wallTime?: number;
}

/**
 * Writes scalars as TensorBoard reads them, into a new event file of a folder.
 *
 * Every run, and every resumption of one, writes a file of its own: TensorBoard takes the files of a folder together, in the
 * order of their names, and gets over a last record that a killed process left half written. Values are kept as float32, as
 * TensorBoard holds them; NaN and infinities as they are.
 *
 * @example
 * ```ts
 * import { EventFile } from "onward/runs";
 * const events = await EventFile.create("runs/events");
 * events.add("train/loss", 1, 0.25);
 * await events.close();
 * ```
 */
export class EventFile {
  readonly path: string;
  readonly #handle: FileHandle;
  #pending: Uint8Array[] = [];
  #written: Promise<void> = Promise.resolve();

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  /**
   * Makes an event file in a folder, which is made too; its name comes after those of the event files there.
   *
   * @throws OnwardError `file` when it cannot be made
   */
  static async create(
    folder: string,
    { from, wallTime = Date.now() / 1000 }: EventFileOptions = {},
  ): Promise<EventFile> {
    try {
      await makeFolder(folder);
      const times = (await readdir(folder)).map((name) =>
        Number(/^events\.out\.tfevents\.(\d{10})\./.exec(name)?.[1] ?? -1),
      );
      const second = Math.max(Math.floor(wallTime), ...times.map((time) => time + 1));
      const host = hostname().replace(/[^A-Za-z0-9_-]/g, "-");
      const path = join(folder, `events.out.tfevents.${String(second).padStart(10, "0")}.${host}.${process.pid}.0`);
      const file = new EventFile(path, await open(path, "ax"));
      file.#pending.push(eventRecord({ kind: "version" }, 0, wallTime));
      if (from !== undefined) file.#pending.push(eventRecord({ kind: "start" }, checkStep(from), wallTime));
      await file.flush();
      return file;
    } catch (cause) {
      if (cause instanceof OnwardError) throw cause;
      const got = (cause as Error).message;
      throw new OnwardError("file", { expected: "to make an event file", got, where: folder, cause });
    }
  }

  /**
   * Adds a value; `flush` or `close` writes it.
   *
   * @param wallTime - seconds since 1970; now by default
   * @throws OnwardError `usage` when the step is no integer of at least 0
   */
  add(tag: string, step: number, value: number, wallTime: number = Date.now() / 1000): void {
    this.#pending.push(eventRecord({ kind: "scalar", tag, value }, checkStep(step), wallTime));
  }

  /**
   * Writes what was added.
   *
   * @throws OnwardError `file` when it cannot be written
   */
  flush(): Promise<void> {
    const records = this.#pending;
    this.#pending = [];
    // One write after the other, so that records stay whole and in order.
    this.#written = this.#written.then(async () => {
      if (records.length === 0) return;
      try {
        await this.#handle.appendFile(Buffer.concat(records));
      } catch (cause) {
        const got = (cause as Error).message;
        throw new OnwardError("file", { expected: "to write an event file", got, where: this.path, cause });
      }
    });
    return this.#written;
  }

  /** Writes what was added, and closes the file. */
  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.#handle.close();
    }
  }
}

function checkStep(step: number): number {
  if (Number.isSafeInteger(step) && step >= 0) return step;
  throw new OnwardError("usage", {
    expected: "step to be an integer of at least 0",
    got: show(step),
    where: "EventFile",
  });
}
