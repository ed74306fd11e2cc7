import { stringify } from "../core/index.ts";
import type { Source } from "../data/index.ts";
import { learningRateRange } from "../train/index.ts";
import type { Io } from "./command.ts";
import { makeCriterion } from "./criterion-options.ts";
import { formatNumber } from "./format.ts";
import { optimizerWith } from "./optimizer-options.ts";
import { tableHead, tableRow, type Column } from "./table.ts";
import type { TrainSettings } from "./train-options.ts";

const columns: readonly Column[] = [
  { title: "learning rate", width: 13 },
  { title: "batch loss", width: 11 },
  { title: "smoothed", width: 11 },
];
/** Rows of the table; a hundred would say no more. */
const rows = 20;

/** `onward train --find-learning-rate`: what the losses of rising rates are, and which rate to try. */
export async function findLearningRate(settings: TrainSettings, data: Source, io: Io): Promise<void> {
  const { model, seed, classes, batchSize, criterion, threads, freeze, optimizer, json } = settings;
  const range = await learningRateRange(data, {
    model: model.build(data, seed, classes),
    criterion: makeCriterion(criterion, data),
    optimizer: (learningRate) => optimizerWith(optimizer, learningRate),
    batchSize,
    seed,
    ...(freeze !== undefined && { freeze }),
    ...(threads !== undefined && { threads }),
  });
  if (json) {
    io.stdout.write(`${stringify(range)}\n`);
    return;
  }
  const { points, suggested } = range;
  const every = Math.ceil(points.length / rows);
  const shown = points.filter((_, i) => i % every === 0 || i === points.length - 1);
  const lines = shown.map(({ learningRate, loss, smoothed }) =>
    tableRow(columns, [learningRate.toExponential(2), formatNumber(loss), formatNumber(smoothed)]),
  );
  const advice =
    suggested === undefined
      ? "The loss did not fall at any of these rates."
      : `Try --learning-rate ${suggested.toPrecision(2)}, a tenth of the rate at which the smoothed loss was lowest.`;
  io.stdout.write(`${tableHead(columns)}\n${lines.join("\n")}\n\n${advice}\n`);
}
