import { OnwardError, show } from "../core/errors.ts";
import type { ClassCounts } from "./class-counts.ts";
import type { ConfusionState } from "./confusion-state.ts";

/** The most that a resample may draw, as `drawsOf` counts it: resampling is left out where it would take longer than seconds. */
const mostDraws = 160_000;
/** The most numbers that are read: each is kept of every resample. */
const mostNumbers = 20_000;
/** A binomial draw of a cell takes as long as drawing so many rows. */
const rowsOfBinomial = 8;

/** An interval for each number that was read, in the order of the read: `[low, high]` of 95 %. */
export type ResampledIntervals = readonly ([low: number, high: number] | undefined)[];

/**
 * Gives 95 % intervals for whatever is read from a confusion state, by resampling its final counts: 1,000 times the same
 * number of samples is drawn from the cells in proportion to their counts (a multinomial draw, which is what drawing the
 * samples themselves with replacement comes to), everything is read again, and the 2.5 % and 97.5 % quantiles are taken. The
 * draws are seeded, so equal counts give equal intervals. The time follows the samples or the cells that are not zero,
 * whichever are fewer, and never the square of the classes.
 *
 * Undefined for a state with weights or undecided samples, where no such draw is sound, without samples, with both more than
 * 160,000 samples and more than 20,000 cells that are not zero, and for more than 20,000 numbers to read. A number that is
 * undefined in a resample is left out of its quantiles.
 *
 * Source: Efron, "Bootstrap methods: another look at the jackknife" (1979), the percentile interval.
 *
 * @param read - reads numbers from counts, always as many in the same order. The counts are those of the classes that occur
 *   as label or prediction, in ascending order, which `occurringClasses` gives; they are written over by the next resample
 * @throws OnwardError `usage` when `resamples` is not an integer of at least 1
 */
export function resampledIntervals(
  state: ConfusionState,
  read: (counts: ClassCounts) => readonly (number | undefined)[],
  { seed = 1, resamples = 1000 }: { readonly seed?: number; readonly resamples?: number } = {},
): ResampledIntervals | undefined {
  if (!Number.isSafeInteger(resamples) || resamples < 1) {
    throw new OnwardError("usage", { expected: "resamples to be an integer of at least 1", got: show(resamples) });
  }
  const cells = state.cells();
  const classes = classesOf(cells);
  const total = cells.reduce((sum, [, , count]) => sum + count, 0);
  const { total: all } = state.rowCounts();
  if (state.weighted || total === 0 || all !== total || drawsOf(cells.length, total) > mostDraws) return undefined;
  const place = new Map(classes.map((k, i) => [k, i]));
  const placed = cells.map(([label, prediction, count]): Cell => [
    place.get(label) ?? 0,
    place.get(prediction) ?? 0,
    count,
  ]);
  const draw = drawer(placed, total, classes.length, generator(seed));
  const drawn: Float64Array[] = [];
  const lengths: number[] = [];
  for (let i = 0; i < resamples; i++) {
    const values = read(draw());
    if (values.length > mostNumbers) return undefined;
    for (let at = 0; at < values.length; at++) {
      const value = values[at];
      const list = (drawn[at] ??= new Float64Array(resamples));
      const length = lengths[at] ?? 0;
      const kept = value !== undefined && !Number.isNaN(value);
      if (kept) list[length] = value;
      lengths[at] = kept ? length + 1 : length;
    }
  }
  return drawn.map((list, at) => {
    const values = list.subarray(0, lengths[at]).sort();
    return values.length === 0 ? undefined : [quantile(values, 0.025), quantile(values, 0.975)];
  });
}

/** The classes that occur in a state as label or prediction, ascending: those whose counts are resampled. */
export function occurringClasses(state: ConfusionState): number[] {
  return classesOf(state.cells());
}

/** What one resample of a state takes to draw, in rows, for dividing time among many states; 0 where none is drawn. */
export function resamplingDraws(state: ConfusionState): number {
  const cells = state.cells();
  const total = cells.reduce((sum, [, , count]) => sum + count, 0);
  const draws = drawsOf(cells.length, total);
  return state.weighted || draws > mostDraws ? 0 : draws;
}

type Cell = readonly [label: number, prediction: number, count: number];

function classesOf(cells: readonly Cell[]): number[] {
  return [...new Set(cells.flatMap(([label, prediction]) => [label, prediction]))].sort((a, b) => a - b);
}

function drawsOf(cells: number, total: number): number {
  return Math.min(total, cells * rowsOfBinomial);
}

/** Makes resamples: row by row where rows are few, else by a binomial draw of each cell from what the ones before it left. */
function drawer(cells: readonly Cell[], total: number, classes: number, random: () => number): () => ClassCounts {
  const counts = {
    correct: new Float64Array(classes),
    support: new Float64Array(classes),
    predicted: new Float64Array(classes),
    total,
  };
  const add = (label: number, prediction: number, count: number) => {
    counts.support[label] = (counts.support[label] as number) + count;
    counts.predicted[prediction] = (counts.predicted[prediction] as number) + count;
    if (label === prediction) counts.correct[label] = (counts.correct[label] as number) + count;
  };
  const clear = () => {
    for (const list of [counts.correct, counts.support, counts.predicted]) list.fill(0);
  };
  if (total <= cells.length * rowsOfBinomial) {
    const labels = Int32Array.from(cells.flatMap(([label, , count]) => Array<number>(count).fill(label)));
    const predictions = Int32Array.from(
      cells.flatMap(([, prediction, count]) => Array<number>(count).fill(prediction)),
    );
    return () => {
      clear();
      for (let i = 0; i < total; i++) {
        const row = Math.floor(random() * total);
        add(labels[row] as number, predictions[row] as number, 1);
      }
      return counts;
    };
  }
  return () => {
    clear();
    let [left, mass] = [total, total];
    for (const [label, prediction, count] of cells) {
      const drawn = binomial(left, count / mass, random);
      add(label, prediction, drawn);
      left -= drawn;
      mass -= count;
    }
    return counts;
  };
}

/** A binomial draw: by waiting times for a small mean (Devroye 1986, X.4.3), by the normal distribution for a large one. */
function binomial(trials: number, chance: number, random: () => number): number {
  if (trials === 0 || chance <= 0) return 0;
  if (chance >= 1) return trials;
  if (chance > 0.5) return trials - binomial(trials, 1 - chance, random);
  const mean = trials * chance;
  if (mean > 50) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const drawn = Math.round(mean + Math.sqrt(mean * (1 - chance)) * normal);
    return Math.min(trials, Math.max(0, drawn));
  }
  const scale = Math.log1p(-chance);
  let [drawn, passed] = [-1, 0];
  while (passed <= trials) {
    drawn++;
    passed += Math.floor(Math.log(1 - random()) / scale) + 1;
  }
  return drawn;
}

function quantile(sorted: Float64Array, part: number): number {
  const at = part * (sorted.length - 1);
  const low = sorted[Math.floor(at)] as number;
  const high = sorted[Math.ceil(at)] as number;
  return low + (high - low) * (at - Math.floor(at));
}

/** The generator "mulberry32", uniform in [0, 1): enough for quantiles, and it keeps this folder free of imports. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
