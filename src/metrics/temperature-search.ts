import { OnwardError } from "../core/errors.ts";
import { type LogitBatch, TemperatureState } from "./temperature-state.ts";

/** Passes that are made at most; Newton's method needs about six. */
const mostPasses = 200;

/** A temperature, and the mean log-loss without and with it. */
export interface TemperatureFit {
  /** What logits are to be divided by. */
  readonly temperature: number;
  readonly before: number;
  readonly after: number;
}

/**
 * Searches the temperature that minimises the log-loss, in passes over the samples: `factors` says at which inverse
 * temperatures the next pass has to sum, `take` takes the sums. For data that does not fit into memory; else use
 * `fitTemperature`.
 *
 * The loss is convex in the inverse temperature. Newton's steps are taken as long as they stay where the minimum is known to
 * be, else the place is halved; the search ends when a step no longer changes 12 digits, on a slope of zero, or when the
 * place has shrunk to that.
 */
export class TemperatureSearch {
  #factors: readonly number[] = [0, Infinity, 1];
  #fit: TemperatureFit | undefined;
  #before = NaN;
  #passes = 0;
  #low = 0;
  #high = Infinity;

  /** The inverse temperatures that the next pass is to sum at; none when the search has ended. */
  get factors(): readonly number[] {
    return this.#factors;
  }

  /** What was found; undefined before the end. */
  get fit(): TemperatureFit | undefined {
    return this.#fit;
  }

  /**
   * Takes the sums of a pass, one state for each of `factors`.
   *
   * @throws OnwardError `data` when there is no best temperature: without weight, when every sample's label has the highest
   *   score (the colder the better), or when scores tell less than nothing (the hotter the better)
   */
  take(states: readonly TemperatureState[]): void {
    const at = states.at(-1);
    if (at === undefined) return;
    const [hot, cold] = states;
    if (this.#passes++ === 0 && hot !== undefined && cold !== undefined) {
      checkMinimum(hot, cold);
      this.#before = at.loss() ?? NaN;
    }
    const [slope, curvature, factor] = [at.slope(), at.curvature(), at.inverse];
    if (slope < 0) this.#low = factor;
    else this.#high = factor;
    const next = this.#next(factor - slope / curvature, factor);
    const settled = Math.abs(next - factor) <= 1e-13 * factor || this.#high - this.#low <= 1e-13 * factor;
    if (slope !== 0 && !settled && this.#passes < mostPasses) {
      this.#factors = [next];
      return;
    }
    this.#factors = [];
    this.#fit = { temperature: 1 / factor, before: this.#before, after: at.loss() ?? NaN };
  }

  /** Newton's place if it is between the known ends and not far out; else a place between them. */
  #next(newton: number, factor: number): number {
    if (newton > this.#low && newton < this.#high && newton < 8 * factor && newton > factor / 8) return newton;
    if (this.#high === Infinity) return 8 * factor;
    return this.#low === 0 ? this.#high / 8 : Math.sqrt(this.#low) * Math.sqrt(this.#high);
  }
}

function checkMinimum(hot: TemperatureState, cold: TemperatureState): void {
  const wrong = (expected: string, got: string) => {
    throw new OnwardError("data", {
      expected,
      got,
      advice: "no temperature is best there: fit on rows that are not so one-sided",
    });
  };
  if (hot.weights.value() === 0) wrong("rows with weight to fit a temperature to", "none");
  if (cold.slope() === 0) wrong("some rows to fit on whose label has not the highest score", "none");
  if (hot.slope() >= 0) wrong("scores to fit on that tell more than chance", "labels below the mean score on average");
}

/**
 * Finds the temperature T that minimises the weighted log-loss of the softmax of `logits / T` (temperature scaling). The
 * order of the rows does not change the result by a bit.
 *
 * Source: Guo et al., "On calibration of modern neural networks" (2017).
 *
 * @throws OnwardError `data` when a score of a sample is not finite, or no temperature is best
 *
 * @example
 * ```ts
 * import { fitTemperature } from "onward/metrics";
 * const { temperature } = fitTemperature({ logits: [4, 0, 0, 4, 3, 0, 0, 1], labels: [0, 1, 1, 1] });
 * temperature; // 2.74...: the scores were too sure
 * ```
 */
export function fitTemperature(batch: LogitBatch): TemperatureFit {
  const classes = batch.logits.length / batch.labels.length;
  const search = new TemperatureSearch();
  while (search.fit === undefined) {
    const states = search.factors.map((factor) => new TemperatureState(classes, factor));
    for (const state of states) state.add(batch);
    search.take(states);
  }
  return search.fit;
}
