import type { TallyReport } from "./epoch-tally.ts";

/**
 * Says in one or two sentences why the two averages of a report differ, or that they do not.
 *
 * The difference is `batchMeanLoss - loss = -cov(w, m) / mean(w)` over the batches that have weight, with w a batch's
 * weight and m its mean loss. Undefined when the report has no loss.
 *
 * @example
 * ```ts
 * import { EpochTally, explainAverages } from "onward/metrics";
 * const tally = new EpochTally();
 * tally.add({ terms: [1, 1, 1] });
 * tally.add({ terms: [5] });
 * explainAverages(tally.report()); // "The mean of the batch means, 3, is 1 above the loss, 2: ..."
 * ```
 */
export function explainAverages(
  report: Pick<
    TallyReport,
    "loss" | "batchMeanLoss" | "batchMeanBias" | "lossWeight" | "samples" | "ignored" | "batches"
  >,
): string | undefined {
  const { loss, batchMeanLoss, batchMeanBias, lossWeight, samples, ignored, batches } = report;
  if (loss === undefined || batchMeanLoss === undefined || batchMeanBias === undefined) return undefined;
  if (!Number.isFinite(batchMeanBias)) {
    return `The averages cannot be compared: the loss is ${loss} and the mean of the batch means ${batchMeanLoss}.`;
  }
  if (batches === 1) return "There is one batch, so that the mean of the batch means is the loss.";
  if (Math.abs(batchMeanBias) <= 2 ** -50 * Math.abs(loss)) {
    return "The two averages agree: over the batches, the mean loss does not go with the weight.";
  }
  const direction = batchMeanBias > 0 ? ["above", "higher"] : ["below", "lower"];
  const unit = lossWeight === samples - ignored ? "every sample" : "every unit of weight";
  return (
    `The mean of the batch means, ${short(batchMeanLoss)}, is ${short(Math.abs(batchMeanBias))} ${direction[0]} the loss, ` +
    `${short(loss)}: it counts all ${batches} batches alike, and those of less weight had ${direction[1]} losses. ` +
    `The loss counts ${unit} alike.`
  );
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
