import type { Database } from "../tables/index.ts";
import type { ClassSet } from "./class-set.ts";
import type { FileLayout } from "./file-layout.ts";
import { readRows, type Wanted } from "./read-rows.ts";
import type { RowChunk } from "./row-chunk.ts";
import type { ScoreOptions } from "./score-options.ts";

/** How far the work is: bytes of the files in this pass. */
export interface ScoreProgress {
  readonly label: string;
  readonly done: number;
  readonly total: number;
}

/** Whom to tell, and who may stop it. */
export interface Watch {
  readonly onProgress?: (progress: ScoreProgress) => void;
  readonly signal?: AbortSignal;
}

/** Passes over the rows of all files, with progress. */
export class Pass {
  readonly #database: Database;
  readonly #layouts: readonly FileLayout[];
  readonly #classes: ClassSet;
  readonly #options: ScoreOptions;
  readonly #more: Watch;

  constructor(
    database: Database,
    layouts: readonly FileLayout[],
    classes: ClassSet,
    options: ScoreOptions,
    more: Watch,
  ) {
    this.#database = database;
    this.#layouts = layouts;
    this.#classes = classes;
    this.#options = options;
    this.#more = more;
  }

  async *rows(wanted: Wanted, label: string): AsyncGenerator<RowChunk | "end of file"> {
    const { onProgress, signal } = this.#more;
    const total = this.#layouts.reduce((sum, { file }) => sum + file.bytes, 0);
    let done = 0;
    for (const layout of this.#layouts) {
      const tell =
        onProgress &&
        ((part: number) => onProgress({ label, done: done + Math.floor(part * layout.file.bytes), total }));
      for await (const chunk of readRows(this.#database, layout, this.#classes, this.#options, wanted, tell)) {
        signal?.throwIfAborted();
        yield chunk;
      }
      yield "end of file";
      done += layout.file.bytes;
      onProgress?.({ label, done, total });
    }
  }
}
