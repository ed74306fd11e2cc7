import type { Callback } from "./callback.ts";

/**
 * Warns when the train loss of an epoch is more than `factor` times the lowest one before it, as it is when the learning rate is
 * too high. It warns once, until the loss has come down again.
 *
 * @param factor - default 2
 *
 * @example
 * ```ts
 * import { divergenceWarning } from "onward/train";
 * divergenceWarning(1.5).name; // "divergenceWarning"
 * ```
 */
export function divergenceWarning(factor = 2): Callback {
  let lowest = Infinity;
  let warned = false;
  return {
    name: "divergenceWarning",
    phaseEnd({ mode, phase, loss }, control) {
      if (mode !== "train" || loss === undefined || !Number.isFinite(loss)) return;
      const risen = loss > lowest * factor && lowest > 0;
      if (risen && !warned) {
        const rate = control.learningRate.toPrecision(3);
        control.warn(
          `The ${phase} loss rose to ${loss.toPrecision(4)}, from ${lowest.toPrecision(4)} at its lowest: the learning rate of ${rate} may be too high.`,
        );
      }
      warned = risen;
      lowest = Math.min(lowest, loss);
    },
    state: () => ({ lowest, warned }),
    restore(kept) {
      ({ lowest, warned } = kept as { lowest: number; warned: boolean });
    },
  };
}
