import { checkChoice, checkNumber, checkOptionNames, OnwardError, show } from "../core/index.ts";

/** Options of `reduceOnPlateau`. */
export interface PlateauOptions {
  /** Whether a lower value is better, the default, or a higher one. */
  readonly mode?: "min" | "max" | undefined;
  /** What the rate is multiplied by. Default 0.1. */
  readonly factor?: number | undefined;
  /** How many values in a row may be no better than the best before the rate is lowered. Default 10. */
  readonly patience?: number | undefined;
  /** By how much a value has to be better. Default 1e-4. */
  readonly threshold?: number | undefined;
  /** Whether the threshold is a part of the best value, the default, or a difference from it. */
  readonly thresholdMode?: "relative" | "absolute" | undefined;
  /** How many values after a reduction do not count as bad. Default 0. */
  readonly cooldown?: number | undefined;
  /** The rate is not lowered below this. Default 0. */
  readonly minLearningRate?: number | undefined;
  /** A reduction by less is not made. Default 1e-8. */
  readonly eps?: number | undefined;
}

/** What is known of the values so far. `best` may be infinite: write it with `stringify` of "onward/core". */
export interface PlateauState {
  /** The best value; absent before the first that compares. */
  readonly best?: number;
  /** How many values in a row were no better. */
  readonly bad: number;
  /** How many further values do not count as bad. */
  readonly cooldown: number;
  /** How often the rate was lowered. */
  readonly reductions: number;
}

/** Lowers a learning rate where a value stops getting better: pure functions of a state that can be saved. */
export interface Plateau {
  /** Everything needed to make it again, for the record of a run. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The state before the first value. */
  readonly initial: PlateauState;
  /** The state after another value: the monitored loss or metric of an epoch. */
  next(state: PlateauState, value: number): PlateauState;
  /** What multiplies a scheduled learning rate. */
  factor(state: PlateauState, learningRate: number): number;
}

/**
 * Lowers the learning rate where a value stops getting better.
 *
 * A value is better if value < best (1 - threshold), with mode "max" value > best (1 + threshold), with an absolute threshold
 * value < best - threshold, value > best + threshold. Once more than `patience` values in a row were not, the rate becomes
 * max(rate factor, minLearningRate), if that lowers it by more than eps. NaN is never better. The rate that is lowered is the
 * scheduled one, whatever it is by then: the reductions so far are made anew from it, and none raises it.
 *
 * For a constant rate the same as PyTorch's `ReduceLROnPlateau`.
 *
 * @throws OnwardError `usage` when an option is unknown or out of its range
 *
 * @example
 * ```ts
 * import { reduceOnPlateau } from "onward/optimizers";
 * const plateau = reduceOnPlateau({ factor: 0.5, patience: 1 });
 * const state = [3, 2, 2, 2].reduce((before, loss) => plateau.next(before, loss), plateau.initial);
 * plateau.factor(state, 0.1); // 0.5
 * ```
 */
export function reduceOnPlateau(options: PlateauOptions = {}): Plateau {
  const where = "reduceOnPlateau";
  const { mode = "min", factor = 0.1, patience = 10, threshold = 1e-4, thresholdMode = "relative" } = options;
  const { cooldown = 0, minLearningRate = 0, eps = 1e-8 } = options;
  const complete = { mode, factor, patience, threshold, thresholdMode, cooldown, minLearningRate, eps };
  checkOptionNames(where, options, Object.keys(complete));
  checkChoice(where, "mode", mode, ["min", "max"]);
  checkChoice(where, "thresholdMode", thresholdMode, ["relative", "absolute"]);
  checkNumber(where, "factor", factor, { least: 0, below: 1 });
  for (const [name, value] of Object.entries({ threshold, minLearningRate, eps }))
    checkNumber(where, name, value, { least: 0 });
  for (const [name, value] of Object.entries({ patience, cooldown })) {
    if (Number.isSafeInteger(value) && value >= 0) continue;
    throw new OnwardError("usage", { expected: `${name} to be an integer of at least 0`, got: show(value), where });
  }
  const sign = mode === "min" ? -1 : 1;
  const isBetter = (value: number, best: number = -sign * Infinity): boolean => {
    const bound = thresholdMode === "relative" ? best * (1 + sign * threshold) : best + sign * threshold;
    return sign * value > sign * bound;
  };
  return {
    options: complete,
    initial: { bad: 0, cooldown: 0, reductions: 0 },
    next({ best, bad, cooldown: left, reductions }, value) {
      const better = isBetter(value, best);
      const known = better ? { best: value } : best === undefined ? {} : { best };
      const counted = better || left > 0 ? 0 : bad + 1;
      if (counted > patience) return { ...known, bad: 0, cooldown, reductions: reductions + 1 };
      return { ...known, bad: counted, cooldown: Math.max(left - 1, 0), reductions };
    },
    factor({ reductions }, learningRate) {
      let rate = learningRate;
      for (let i = 0; i < reductions; i++) {
        const lower = Math.max(rate * factor, minLearningRate);
        if (rate - lower <= eps) break;
        rate = lower;
      }
      return learningRate === 0 ? 1 : rate / learningRate;
    },
  };
}
