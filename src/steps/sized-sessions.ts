import type { Graph } from "../graph/index.ts";
import { workingModel, writeModel } from "../graph/index.ts";
import type { Runtime, Session, SessionOptions } from "../runtime/index.ts";
import { forBatchSize } from "./for-batch-size.ts";
import type { PreparedModel } from "./prepared-model.ts";

/**
 * The sessions of a graph, by batch size. The usual size has a session in which it is a constant; all others share one.
 *
 * Which size is usual is told, not taken from the first batch: a resumed run may begin with the last batch of an epoch, and has to
 * compute everything in the same sessions.
 */
export class SizedSessions {
  readonly #open: (size: number | undefined) => Promise<Session>;
  /** `undefined` is for any size. */
  readonly #sessions = new Map<number | undefined, Promise<Session>>();
  #usual: number | undefined;

  /** @param build - makes the graph from a model, of any size or of one */
  constructor(
    prepared: PreparedModel,
    build: (prepared: PreparedModel) => Graph,
    runtime: Runtime,
    options: SessionOptions,
  ) {
    this.#open = async (size) => {
      const graph = build(size === undefined ? prepared : await forBatchSize(prepared, size, runtime));
      return runtime.open(writeModel(workingModel(graph)), options);
    };
  }

  /** Tells the size that nearly all batches have; the first that is told counts. */
  expect(size: number): void {
    this.#usual ??= size;
  }

  /** The session for batches of a size; it is made when first asked for. */
  get(size: number): Promise<Session> {
    this.expect(size);
    const key = size === this.#usual ? size : undefined;
    let session = this.#sessions.get(key);
    if (session === undefined) {
      session = this.#open(key);
      this.#sessions.set(key, session);
    }
    return session;
  }

  async release(): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).release();
    this.#sessions.clear();
  }
}
