/** Aims at this many seconds a call, so that progress and an abort stay responsive. */
const targetSeconds = 0.1;
/** Where what is carried is large, a call may take longer, up to this many seconds, so that copying it out does not count. */
const longestSeconds = 2;
/** What a call's stacked inputs may take. */
const targetBytes = 32 * 2 ** 20;
/** What copying takes of a call at most, as far as the call may be so long. */
const copyingShare = 0.04;
/** How long the runtime copies for a byte that it gives out. */
const secondsPerByte = 0.3e-9;
/** How much longer than usual a call may be that would else leave a short one behind. */
const longerAtTheEnd = 1.25;
/** By what factor the length has to be wrong before it changes: times are noisy, and memory of a length fits that length best. */
const tolerance = 1.5;

/**
 * Chooses how many steps one call of the runtime takes: few enough to stay responsive, many enough that copying the
 * parameters and the optimizer's state out of the runtime does not count. Results do not depend on it.
 */
export class CallLength {
  #steps = 1;

  get steps(): number {
    return this.#steps;
  }

  /** How many of the steps that are left the next call takes. */
  of(left: number): number {
    return left <= longerAtTheEnd * this.#steps ? left : this.#steps;
  }

  /**
   * Takes in how long a call of `steps` steps took, how large its inputs were, and how many bytes of parameters and state a call
   * gives out, however many steps it takes.
   */
  measured(steps: number, seconds: number, inputBytes: number, carriedBytes: number): void {
    const copying = carriedBytes * secondsPerByte;
    const wanted = Math.max(targetSeconds, Math.min(copying / copyingShare, longestSeconds));
    // Of a few steps what a call costs by itself is too large a share, unless they take too long even so.
    if (steps < this.#steps / 2 && seconds < wanted) return;
    const bySpeed = (wanted * steps) / Math.max(seconds, 1e-6);
    const bySize = (targetBytes * steps) / Math.max(inputBytes, 1);
    const best = Math.max(1, Math.min(bySpeed, bySize, this.#steps * 4));
    if (best >= tolerance * this.#steps || best * tolerance <= this.#steps) this.#steps = even(best);
  }
}

/** The next lower of 1, 2, 3, 4, 6, 8, 12, ...: what calls of few different lengths take and give back of memory fits again. */
function even(steps: number): number {
  const power = 2 ** Math.floor(Math.log2(steps));
  return power > 1 && steps >= 1.5 * power ? 1.5 * power : power;
}
