import type { ClassCounts } from "./class-counts.ts";
import type { ConfusionState } from "./confusion-state.ts";

/** The most draws of a cell that are made: resampling is left out where it would take longer than seconds. */
const mostDraws = 2e7;
const resamples = 1000;
/** The most numbers that are read: each is kept of every resample. */
const mostNumbers = 20_000;

/** An interval for each number that was read: `[low, high]` of 95 %. */
export type ResampledIntervals = Map<string, [low: number, high: number]>;

/**
 * Gives 95 % intervals for whatever is read from a confusion state, by resampling its final counts: 1,000 times the same
 * number of samples is drawn from the cells in proportion to their counts (a multinomial draw, which is what drawing the
 * samples themselves with replacement comes to), everything is read again, and the 2.5 % and 97.5 % quantiles are taken. The
 * draws are seeded, so equal counts give equal intervals.
 *
 * Undefined for a state with weights or undecided samples, where no such draw is sound, without samples, and for more than
 * 20,000 different cells or numbers to read. A number that is undefined in a resample is left out of its quantiles.
 *
 * Source: Efron, "Bootstrap methods: another look at the jackknife" (1979), the percentile interval.
 *
 * @param read - reads named numbers from counts, always the same ones in the same order
 */
export function resampledIntervals(
  state: ConfusionState,
  read: (counts: ClassCounts) => Iterable<readonly [name: string, value: number | undefined]>,
  seed = 1,
): ResampledIntervals | undefined {
  const cells = state.cells();
  const total = cells.reduce((sum, [, , count]) => sum + count, 0);
  const { total: all } = state.rowCounts();
  if (state.weighted || total === 0 || all !== total || cells.length * resamples > mostDraws) return undefined;
  const random = generator(seed);
  const names: string[] = [];
  const drawn: Float64Array[] = [];
  const lengths: number[] = [];
  for (let i = 0; i < resamples; i++) {
    let at = 0;
    for (const [name, value] of read(draw(cells, total, state.classes, random))) {
      if (i === 0) {
        if (names.length === mostNumbers) return undefined;
        names.push(name);
        drawn.push(new Float64Array(resamples));
        lengths.push(0);
      }
      const length = lengths[at] as number;
      if (value !== undefined && !Number.isNaN(value)) {
        (drawn[at] as Float64Array)[length] = value;
        lengths[at] = length + 1;
      }
      at++;
    }
  }
  const intervals: ResampledIntervals = new Map();
  for (const [at, name] of names.entries()) {
    const values = (drawn[at] as Float64Array).subarray(0, lengths[at]).sort();
    if (values.length > 0) intervals.set(name, [quantile(values, 0.025), quantile(values, 0.975)]);
  }
  return intervals;
}

function draw(
  cells: readonly (readonly [number, number, number])[],
  total: number,
  classes: number,
  random: () => number,
): ClassCounts {
  const correct = new Float64Array(classes);
  const support = new Float64Array(classes);
  const predicted = new Float64Array(classes);
  let [left, mass] = [total, total];
  for (const [label, prediction, count] of cells) {
    const drawn = binomial(left, count / mass, random);
    support[label] = (support[label] as number) + drawn;
    predicted[prediction] = (predicted[prediction] as number) + drawn;
    if (label === prediction) correct[label] = drawn;
    left -= drawn;
    mass -= count;
  }
  return { correct, support, predicted, total };
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
