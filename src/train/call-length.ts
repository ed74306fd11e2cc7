/** Aims at this many seconds a call, so that progress and an abort stay responsive. */
const targetSeconds = 0.05;
/** What a call's stacked inputs may take. */
const targetBytes = 32 * 2 ** 20;

/**
 * Chooses how many steps one call of the runtime takes: few enough to stay responsive, many enough that copying the
 * parameters out of the runtime does not count. Results do not depend on it.
 */
export class CallLength {
  #steps = 1;

  get steps(): number {
    return this.#steps;
  }

  /** Takes in how long a call of `steps` steps took, and how large its inputs were. */
  measured(steps: number, seconds: number, bytes: number): void {
    const bySpeed = (targetSeconds * steps) / Math.max(seconds, 1e-6);
    const bySize = (targetBytes * steps) / Math.max(bytes, 1);
    this.#steps = Math.max(1, Math.min(Math.floor(Math.min(bySpeed, bySize)), this.#steps * 4));
  }
}
