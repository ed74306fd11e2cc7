import { checkOptionNames, OnwardError, show } from "../core/index.ts";
import { CheckpointFolder } from "../runs/index.ts";
import { fromCheckpoint, toCheckpoint, type Snapshot } from "./snapshot.ts";

/** When checkpoints are written, and which are kept. */
export interface CheckpointOptions {
  /** Also within an epoch, after every so many steps. */
  readonly everySteps?: number | undefined;
  /** Also within an epoch, when the last one is so many minutes old. */
  readonly everyMinutes?: number | undefined;
  /** How many of the latest are kept, besides that of the best epoch. Default 2. */
  readonly keepLast?: number | undefined;
}

/**
 * Writes checkpoints at the end of every epoch, and within one as often as asked; keeps the latest and the best.
 *
 * @example
 * ```ts
 * import { Checkpoints } from "onward/train";
 * const checkpoints = new Checkpoints("runs/first/checkpoints", { everySteps: 500 });
 * const snapshot = await checkpoints.latest(); // undefined where there is none
 * ```
 */
export class Checkpoints {
  readonly #folder: CheckpointFolder;
  readonly #everySteps: number;
  readonly #everyMinutes: number;
  readonly #keepLast: number;
  /** Which checkpoints are of a best epoch, by their paths: reading that from their records each time would read all sums, too. */
  readonly #isBest = new Map<string, boolean>();
  #writtenAt = performance.now();
  #writtenStep = 0;

  /** @throws OnwardError `usage` when an option is unknown or out of its range */
  constructor(path: string, options: CheckpointOptions = {}) {
    const where = "Checkpoints";
    checkOptionNames(where, options, ["everySteps", "everyMinutes", "keepLast"]);
    const { everySteps = Infinity, everyMinutes = Infinity, keepLast = 2 } = options;
    const positive = { everySteps, keepLast };
    for (const [name, value] of Object.entries(positive)) {
      if (value === Infinity || (Number.isSafeInteger(value) && value >= 1)) continue;
      throw new OnwardError("usage", { expected: `${name} to be a positive integer`, got: show(value), where });
    }
    if (!(everyMinutes > 0)) {
      throw new OnwardError("usage", { expected: "everyMinutes to be above 0", got: show(everyMinutes), where });
    }
    this.#folder = new CheckpointFolder(path);
    this.#everySteps = everySteps;
    this.#everyMinutes = everyMinutes;
    this.#keepLast = keepLast;
  }

  get path(): string {
    return this.#folder.path;
  }

  /** How many steps may be taken until one is due by their count. */
  room(step: number): number {
    return this.#everySteps === Infinity ? Infinity : this.#everySteps - (step % this.#everySteps);
  }

  /** Whether one is due within an epoch. */
  isDue(step: number): boolean {
    if (step === this.#writtenStep) return false;
    return step % this.#everySteps === 0 || performance.now() - this.#writtenAt >= this.#everyMinutes * 60_000;
  }

  /**
   * Writes a checkpoint, and removes those that are no longer kept.
   *
   * @returns its path
   * @throws OnwardError `file` when it cannot be written, `diverged` when a parameter is not finite
   */
  async save(snapshot: Snapshot): Promise<string> {
    const path = await this.#folder.write(toCheckpoint(snapshot));
    this.#writtenAt = performance.now();
    this.#writtenStep = snapshot.step;
    this.#isBest.set(path, snapshot.isBest);
    await this.#prune();
    return path;
  }

  /** Reads the newest checkpoint that is whole; each that is damaged is told to `damaged`. */
  async latest(damaged: (error: OnwardError) => void = () => undefined): Promise<Snapshot | undefined> {
    for (const path of await this.#folder.list()) {
      try {
        const snapshot = fromCheckpoint(await CheckpointFolder.read(path));
        this.#writtenStep = snapshot.step;
        return snapshot;
      } catch (error) {
        if (!(error instanceof OnwardError)) throw error;
        damaged(error);
      }
    }
    return undefined;
  }

  /** Reads the checkpoint of an epoch's end, where it is kept. */
  async ofEpoch(epoch: number): Promise<Snapshot | undefined> {
    const path = (await this.#folder.list()).find((candidate) => candidate.endsWith(`-epoch-${epoch}`));
    return path === undefined ? undefined : fromCheckpoint(await CheckpointFolder.read(path));
  }

  async #prune(): Promise<void> {
    const paths = await this.#folder.list();
    const spent: string[] = [];
    let best = false;
    for (const [i, path] of paths.entries()) {
      const isBest = !best && (await this.#wasBest(path));
      if (isBest) best = true;
      if (i >= this.#keepLast && !isBest) spent.push(path);
    }
    await this.#folder.remove(spent);
    for (const path of spent) this.#isBest.delete(path);
  }

  async #wasBest(path: string): Promise<boolean> {
    const known = this.#isBest.get(path);
    if (known !== undefined) return known;
    const record = await CheckpointFolder.record(path).catch(() => undefined);
    const isBest = record?.["isBest"] === true;
    this.#isBest.set(path, isBest);
    return isBest;
  }
}
