import fc from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../../src/core/index.ts";
import { type Dyadic, dyadic, plus, quotient, times } from "../../src/metrics/dyadic.ts";
import { averagePrecision, RankedState, rocAuc } from "../../src/metrics/index.ts";

/** Rows with ties, whose weights are of many magnitudes. */
function rows(seed: number, length: number) {
  const random = new Random(seed, "rows");
  const labels = Array.from({ length }, (_, i) => (i < 2 ? i : random.integer(2)));
  const scores = labels.map((label) => Math.round(20 * (random.uniform() + 0.3 * label)) / 32);
  return { labels, scores, weights: labels.map(() => 2 ** random.uniform(-20, 20)) };
}

function stateOf({ labels, scores, weights }: ReturnType<typeof rows>, order: readonly number[]): RankedState {
  const state = new RankedState(2);
  state.add({
    labels: order.map((i) => labels[i]!),
    scores: order.flatMap((i) => [1 - scores[i]!, scores[i]!]),
    weights: order.map((i) => weights[i]!),
  });
  return state;
}

const sum = (numbers: readonly Dyadic[]) => numbers.reduce(plus, dyadic(0));

test.each([1, 2, 3])(
  "a weighted area is that of all pairs in rational arithmetic, to its last digits (seed %i)",
  (seed) => {
    const given = rows(seed, 150);
    const { labels, scores, weights } = given;
    const [positives, negatives] = [1, 0].map((label) => labels.flatMap((y, i) => (y === label ? [i] : [])));
    const pairs = positives!.flatMap((i) =>
      negatives!.map((j) => {
        const part = scores[i]! > scores[j]! ? 1 : scores[i] === scores[j] ? 0.5 : 0;
        return times(dyadic(part), dyadic(weights[i]!), dyadic(weights[j]!));
      }),
    );
    const of = (rowsOf: readonly number[]) => sum(rowsOf.map((i) => dyadic(weights[i]!)));
    const exact = quotient(sum(pairs), times(of(positives!), of(negatives!)));
    const area = rocAuc(
      stateOf(
        given,
        labels.map((_, i) => i),
      ).counter(1),
    )!.value;
    expect(Math.abs(area - exact) / exact).toBeLessThan(4 * 2 ** -53);
  },
);

test("weighted areas and average precisions have the same bits for any order of the rows", () => {
  const given = rows(4, 300);
  const order = given.labels.map((_, i) => i);
  const read = (state: RankedState) => [rocAuc(state.counter(1))!.value, averagePrecision(state.counter(1))];
  const expected = read(stateOf(given, order));
  fc.assert(
    fc.property(fc.shuffledSubarray(order, { minLength: order.length }), fc.nat(order.length), (shuffled, cut) => {
      const merged = stateOf(given, shuffled.slice(0, cut));
      merged.merge(stateOf(given, shuffled.slice(cut)));
      expect(read(merged)).toEqual(expected);
    }),
  );
});
