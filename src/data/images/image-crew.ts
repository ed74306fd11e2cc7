import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { builtFile, OnwardError, type ErrorCode, type ErrorFields } from "../../core/index.ts";
import { corruptImages } from "./check-images.ts";
import { makeImages, type ImageTask } from "./make-images.ts";

/** What a crew asks of a thread: to make images, or to check them. */
export interface CrewTask {
  readonly id: number;
  readonly make?: ImageTask;
  readonly check?: readonly string[];
}

/** What a thread answers. */
export interface CrewAnswer {
  readonly id: number;
  readonly values?: Float32Array<ArrayBuffer>;
  readonly corrupt?: number[];
  readonly refused?: { readonly code: ErrorCode; readonly fields: ErrorFields };
  readonly failed?: unknown;
}

interface Waiting {
  readonly resolve: (answer: CrewAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** A thread and what it has still to answer. It keeps the process alive only while that is something. */
class Hand {
  readonly #worker = new Worker(builtFile("data/images/image-worker.js"));
  readonly #waiting = new Map<number, Waiting>();
  #tasks = 0;

  constructor() {
    this.#worker.on("message", ({ refused, failed, ...answer }: CrewAnswer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if (this.#waiting.size === 0) this.#worker.unref();
      if (refused !== undefined) waiting?.reject(new OnwardError(refused.code, refused.fields));
      else if (failed !== undefined) waiting?.reject(failed);
      else waiting?.resolve(answer);
    });
    this.#worker.on("error", (error) => this.#end(error));
    this.#worker.on("exit", (code) => this.#end(new Error(`exit code ${code}`)));
    // After the listeners, as adding one keeps the process alive.
    this.#worker.unref();
  }

  get busy(): number {
    return this.#waiting.size;
  }

  async ask(task: Omit<CrewTask, "id">, transfer: ArrayBuffer[]): Promise<CrewAnswer> {
    return new Promise((resolve, reject) => {
      const id = this.#tasks++;
      this.#waiting.set(id, { resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage({ ...task, id }, transfer);
    });
  }

  #end(cause: Error): void {
    if (crew !== undefined) crew = crew.filter((hand) => hand !== this);
    const ended = new OnwardError("runtime", {
      expected: "the thread that decodes images to answer",
      got: `its end (${cause.message})`,
      cause,
    });
    for (const { reject } of this.#waiting.values()) reject(ended);
    this.#waiting.clear();
  }
}

/** The threads of this process, shared by all data sets; made when the first image is asked for. */
let crew: Hand[] | undefined;

/** How many threads make images. Decoding itself is done by libuv's pool, whose size is UV_THREADPOOL_SIZE. */
export const crewSize = Math.max(1, Math.min(availableParallelism(), 4));

/** Whether there can be threads: they need JavaScript, so where the sources run as they are there is only this one. */
const threaded = import.meta.url.endsWith(".js");

/**
 * Makes images in another thread.
 *
 * @throws OnwardError what `makeImages` throws, and `runtime` when the thread ends
 */
export async function makeElsewhere(task: ImageTask): Promise<Float32Array> {
  if (!threaded) return makeImages(task);
  const { values } = await leastBusy().ask({ make: task }, task.memory === undefined ? [] : [task.memory]);
  return values as Float32Array;
}

/** Finds the images that are not whole, in all threads. Gives their positions. */
export async function findCorrupt(paths: readonly string[]): Promise<number[]> {
  if (!threaded) return corruptImages(paths);
  const share = 256;
  const parts = Array.from({ length: Math.ceil(paths.length / share) }, async (_, part) => {
    const check = paths.slice(part * share, (part + 1) * share);
    const { corrupt = [] } = await leastBusy().ask({ check }, []);
    return corrupt.map((i) => part * share + i);
  });
  return (await Promise.all(parts)).flat();
}

function leastBusy(): Hand {
  crew ??= [];
  while (crew.length < crewSize) crew.push(new Hand());
  return crew.reduce((least, hand) => (hand.busy < least.busy ? hand : least));
}
