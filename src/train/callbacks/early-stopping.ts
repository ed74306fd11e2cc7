import { checkNumber, checkOptionNames, OnwardError, show } from "../../core/index.ts";
import { Monitor } from "../monitor.ts";
import type { Callback } from "./callback.ts";

/** Options of `earlyStopping`. */
export interface EarlyStoppingOptions {
  /** What has to get better: "val.loss" if absent. */
  readonly monitor?: string;
  /** After how many epochs in a row that are no better it stops. Default 5. */
  readonly patience?: number;
  /** By how much it has to get better to count. Default 0. */
  readonly minDelta?: number;
}

interface State {
  readonly best: number;
  readonly waited: number;
}

/**
 * Stops training when a number of the reports has not got better for `patience` epochs in a row.
 *
 * An epoch counts as better when it beats the best so far by more than `minDelta`; one that is NaN never does.
 *
 * @throws OnwardError `usage` when an option is unknown or out of its range
 *
 * @example
 * ```ts
 * import { crossEntropy, nn, sgd } from "onward";
 * import { earlyStopping, Trainer } from "onward/train";
 * const callbacks = [earlyStopping({ monitor: "val.accuracy", patience: 3 })];
 * const trainer = new Trainer({ model: nn.sequential([nn.linear(2, 2)]), criterion: crossEntropy(), optimizer: sgd(), callbacks });
 * ```
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): Callback {
  const where = "earlyStopping";
  checkOptionNames(where, options, ["monitor", "patience", "minDelta"]);
  const { patience = 5, minDelta = 0 } = options;
  const monitor = new Monitor(options.monitor ?? "val.loss");
  checkNumber(where, "minDelta", minDelta, { least: 0 });
  if (!Number.isSafeInteger(patience) || patience < 1) {
    throw new OnwardError("usage", { expected: "patience to be a positive integer", got: show(patience), where });
  }
  let state: State = { best: NaN, waited: 0 };
  return {
    name: where,
    epochEnd(reports, control) {
      const value = monitor.read(reports);
      const better = monitor.isBetter(value, state.best, minDelta);
      state = better ? { best: value, waited: 0 } : { ...state, waited: state.waited + 1 };
      if (state.waited < patience) return;
      control.stop(`${monitor.name} has not got better than ${format(state.best)} for ${patience} epochs`);
    },
    state: () => state,
    restore(kept) {
      state = kept as State;
    },
  };
}

function format(value: number): string {
  return Number.isNaN(value) ? "any number" : String(Number(value.toPrecision(5)));
}
