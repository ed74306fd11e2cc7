import type { ModelValues } from "../steps/index.ts";
import { Monitor } from "./monitor.ts";
import type { PhaseReport } from "./report.ts";
import type { BestEpoch } from "./snapshot.ts";

/** Tells whether an epoch is the best so far, and keeps the values that the model had then. */
export class BestEpochs {
  readonly #monitor: Monitor | undefined;
  #best: BestEpoch | undefined;
  #values: ModelValues | undefined;

  /** @param monitor - as in `TrainerOptions` */
  constructor(monitor: string | undefined) {
    this.#monitor = monitor === undefined ? undefined : new Monitor(monitor);
  }

  get epoch(): BestEpoch | undefined {
    return this.#best;
  }

  /** The values of the best epoch; undefined before the first one, or where a resumed run found them no more. */
  get values(): ModelValues | undefined {
    return this.#values;
  }

  /** Checks that the monitor can be read of these phases and metrics. @throws OnwardError `usage` when it names another */
  check(phases: readonly string[], metrics: readonly string[]): void {
    this.#monitor?.check(phases, metrics);
  }

  /**
   * Judges an epoch. The earlier of equals stays, and one whose number is not finite is never the best.
   *
   * @throws OnwardError `usage` when the monitor names a phase or field that there is not
   */
  judge(epoch: number, reports: readonly PhaseReport[], values: ModelValues): boolean {
    const monitor = this.#monitor;
    const better =
      monitor === undefined
        ? reports.some(({ mode }) => mode === "eval") && isBetter(judgedPhase(reports), this.#best?.report)
        : monitor.isBetter(monitor.read(reports), this.#best?.value ?? NaN);
    if (!better) return false;
    const report = monitor === undefined ? judgedPhase(reports) : reports.find(({ phase }) => phase === monitor.phase);
    this.#best = { epoch, report, monitor: monitor?.name, value: monitor?.read(reports) ?? NaN };
    this.#values = values.copy();
    return true;
  }

  /** Takes in what a snapshot kept. */
  restore(best: BestEpoch, values: ModelValues | undefined): void {
    this.#best = best;
    this.#values = values;
  }
}

/** The phase that epochs are judged by: "val" where there is one, else the first that is evaluated. */
function judgedPhase(reports: readonly PhaseReport[]): PhaseReport | undefined {
  const evaluated = reports.filter(({ mode }) => mode === "eval");
  return evaluated.find(({ phase }) => phase === "val") ?? evaluated[0];
}

/** What an epoch is judged by. */
export interface EpochScore {
  readonly accuracy?: number | undefined;
  readonly loss?: number | undefined;
}

/**
 * Tells whether an epoch beats the best one before it: a higher accuracy, or the same (or none) and a lower loss. An epoch whose
 * loss is absent, or whose accuracy or loss is not finite, never does, and the earlier of equals stays.
 */
export function isBetter(epoch: EpochScore | undefined, best: EpochScore | undefined): boolean {
  const { accuracy = 0, loss = NaN } = epoch ?? {};
  if (!Number.isFinite(accuracy) || !Number.isFinite(loss)) return false;
  if (best === undefined) return true;
  const { accuracy: bestAccuracy = 0, loss: bestLoss = Infinity } = best;
  return accuracy > bestAccuracy || (accuracy === bestAccuracy && loss < bestLoss);
}
