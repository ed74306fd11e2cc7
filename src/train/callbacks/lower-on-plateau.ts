import { reduceOnPlateau, type PlateauOptions, type PlateauState } from "../../optimizers/index.ts";
import { Monitor } from "../monitor.ts";
import type { Callback } from "./callback.ts";

/** Options of `lowerOnPlateau`: those of `reduceOnPlateau`, but that the monitor tells which way is better. */
export interface LowerOnPlateauOptions extends Omit<PlateauOptions, "mode"> {
  /** What has to get better: "val.loss" if absent. */
  readonly monitor?: string;
}

/**
 * Lowers the learning rates after epochs in which a number of the reports got no better; see `reduceOnPlateau` for when and by how
 * much. It multiplies whatever the schedule says.
 *
 * @throws OnwardError `usage` when an option is unknown or out of its range
 *
 * @example
 * ```ts
 * import { lowerOnPlateau } from "onward/train";
 * lowerOnPlateau({ monitor: "val.loss", factor: 0.5, patience: 2 }).name; // "lowerOnPlateau"
 * ```
 */
export function lowerOnPlateau({ monitor: name = "val.loss", ...options }: LowerOnPlateauOptions = {}): Callback {
  const monitor = new Monitor(name);
  const plateau = reduceOnPlateau({ ...options, mode: monitor.mode });
  let state = plateau.initial;
  return {
    name: "lowerOnPlateau",
    epochEnd(reports, control) {
      const before = state.reductions;
      state = plateau.next(state, monitor.read(reports));
      control.setRateFactor(plateau.factor(state, control.scheduledRate));
      if (state.reductions > before) {
        control.warn(`The learning rate is now ${control.learningRate.toPrecision(3)}, as ${name} got no better.`);
      }
    },
    state: () => state,
    restore(kept) {
      state = kept as PlateauState;
    },
  };
}
