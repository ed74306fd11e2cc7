import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type DuckDBAppender,
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBResult,
} from "@duckdb/node-api";
import { OnwardError } from "../core/index.ts";

/** What to be careful about, and whom to tell. */
export interface DatabaseOptions {
  readonly threads?: number;
  /** What DuckDB may hold before it writes to disk. */
  readonly memory?: string;
}

const chunksBetweenNews = 32;
/** Without these DuckDB does not know how far it is; it prints nothing. */
const keepsProgress =
  "SET enable_progress_bar = true; SET enable_progress_bar_print = false; SET progress_bar_time = 0";

/** DuckDB in memory, as a reader of files. Its errors become ours. */
export class Database {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #spill: string;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, spill: string) {
    this.#instance = instance;
    this.#connection = connection;
    this.#spill = spill;
  }

  static async open({ threads, memory = "256MB" }: DatabaseOptions = {}): Promise<Database> {
    const spill = join(tmpdir(), `onward-${process.pid}-${Math.random().toString(36).slice(2)}`);
    const instance = await DuckDBInstance.create(":memory:", {
      memory_limit: memory,
      temp_directory: spill,
      // Files are all that is read: no extension is loaded, from nowhere.
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
      ...(threads === undefined ? {} : { threads: String(threads) }),
    });
    return new Database(instance, await instance.connect(), spill);
  }

  /** The rows of a query, all at once; for short answers. */
  async rows(sql: string, where: string): Promise<unknown[][]> {
    return this.#guard(where, async () => (await this.#connection.runAndReadAll(sql)).getRowsJS() as unknown[][]);
  }

  /** Runs a statement. */
  async run(sql: string, where: string): Promise<void> {
    await this.#guard(where, async () => void (await this.#connection.run(sql)));
  }

  /** Appends rows to a table. */
  async appender(table: string): Promise<DuckDBAppender> {
    return this.#connection.createAppender(table);
  }

  /**
   * The rows of a query in chunks of about 2,048, as they are computed. Several streams may go on at once. From time to time
   * `onProgress` is told which part of the work is done, where that is known.
   */
  async *stream(sql: string, where: string, onProgress?: (part: number) => void): AsyncGenerator<DuckDBDataChunk> {
    const connection = await this.#instance.connect();
    let chunks = 0;
    let next: Promise<DuckDBDataChunk | null> | undefined;
    try {
      if (onProgress !== undefined) await connection.run(keepsProgress);
      const result = await this.#guard(where, () => connection.stream(sql));
      // The next chunk is computed while this one is used.
      next = this.#fetch(result, where);
      for (;;) {
        const chunk = await next;
        if (chunk === null || chunk.rowCount === 0) return;
        next = this.#fetch(result, where);
        next.catch(() => undefined); // it is reported when it is awaited
        if (onProgress !== undefined && ++chunks % chunksBetweenNews === 0) {
          const { percentage } = connection.progress;
          if (percentage >= 0) onProgress(Math.min(1, percentage / 100));
        }
        yield chunk;
      }
    } finally {
      await next?.catch(() => undefined);
      connection.closeSync();
    }
  }

  #fetch(result: DuckDBResult, where: string): Promise<DuckDBDataChunk | null> {
    return this.#guard(where, () => result.fetchChunk());
  }

  async close(): Promise<void> {
    this.#connection.closeSync();
    this.#instance.closeSync();
    await rm(this.#spill, { recursive: true, force: true });
  }

  async #guard<T>(where: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      throw translate(cause, where);
    }
  }
}

/** The first line of DuckDB's message says what; the rest is advice on its own SQL options. */
function translate(cause: unknown, where: string): OnwardError {
  const text = cause instanceof Error ? cause.message : String(cause);
  const [first = ""] = text.split("\n");
  const line = /Line: (\d+)/.exec(text)?.[1] ?? /[Ll]ine (\d+)/.exec(text)?.[1];
  const column = /Column with name "?([^"\n]+?)"? /.exec(text)?.[1];
  const place = [
    where,
    ...(line === undefined ? [] : [`line ${line}`]),
    ...(column === undefined ? [] : [`column ${column}`]),
  ].join(", ");
  const width = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(text);
  if (width !== null) {
    const [, expected = "", got = ""] = width;
    return new OnwardError("file", { expected: `${expected} cells, as in the header`, got, where: place, cause });
  }
  // Of a line that is not CSV, what is wrong comes after the line itself.
  const csv = /Error on Line[^]*\n([^\n]+)\n+\s*Possible fixes/.exec(text)?.[1];
  const got = (csv ?? first).replace(/^[\w ]*Error: /, "").replace(/[.\s]+$/, "");
  const damaged = /TProtocolException|magic bytes|too small to be a Parquet|[Tt]hrift|Unexpected end of file/.test(
    first,
  );
  return new OnwardError("file", {
    expected: damaged ? "a whole Parquet file" : "a readable file",
    got: damaged ? `a damaged one: ${got}` : got,
    where: place,
    cause,
  });
}
