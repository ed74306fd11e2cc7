import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { float32, int64 } from "../../src/core/index.ts";
import { criteria, type Criterion } from "../../src/criteria/index.ts";
import { nn } from "../../src/nn/index.ts";
import { gradientsOf, loadModel, type Gradients } from "../../src/steps/index.ts";
import { columns, samples } from "./samples.ts";

/**
 * The law that accumulation and data parallel stand on: gradients are of the sum of terms, so those of the parts of a batch add
 * up to those of the whole, and so do the weights that they are divided by in the end, however unequal the parts are.
 */
const features = 4;
const rows = 12;
const model = await loadModel(
  nn.sequential([nn.linear(features, 5), nn.tanh(), nn.linear(5, columns)], { seed: 3 }).toModel([features]),
);

const cases = Object.entries(samples).flatMap(([name, kinds]) =>
  kinds.flatMap((kind) => kind.options.map((options) => ({ name: name as keyof typeof criteria, kind, options }))),
);

describe("micro-batches of unequal weight give the gradient sums of the one big batch", () => {
  test.each(cases.map((c) => [c.name, JSON.stringify(c.options), c] as const))(
    "%s %s",
    async (_name, _options, { name, kind, options }) => {
      const criterion = (criteria[name] as (options: object) => Criterion)(options);
      const input = fc.float({ min: -4, max: 4, noNaN: true });
      const inputs = fc.array(input, { minLength: rows * features, maxLength: rows * features });
      const labels = fc.array(kind.labels, { minLength: rows, maxLength: rows });
      // Where the batch is cut: parts from one row to all but one, the last often short, some of ignored rows alone.
      const cuts = fc.uniqueArray(fc.integer({ min: 1, max: rows - 1 }), { minLength: 1, maxLength: 4 });
      await fc.assert(
        fc.asyncProperty(inputs, labels, cuts, async (values, drawn, at) => {
          const of = (from: number, to: number): Promise<Gradients> => {
            const count = to - from;
            const picked = drawn.slice(from, to).flat();
            return gradientsOf(model, {
              criterion,
              inputs: { input: float32(values.slice(from * features, to * features), [count, features]) },
              labels: kind.perRow ? int64(picked, [count]) : float32(picked, [count, columns]),
            });
          };
          const ends = [...at.toSorted((a, b) => a - b), rows];
          const whole = await of(0, rows);
          const parts = await Promise.all(ends.map((to, i) => of(ends[i - 1] ?? 0, to)));
          expect(parts.flatMap(({ weights }) => [...weights])).toEqual([...whole.weights]);
          expect(whole.gradients.size).toBe(4);
          for (const [parameter, { data }] of whole.gradients) {
            const total = new Float32Array(data.length);
            for (const part of parts) {
              const added = part.gradients.get(parameter)!.data as Float32Array;
              for (const [i, value] of added.entries()) total[i]! += value;
            }
            const off = norm(total.map((value, i) => value - (data as Float32Array)[i]!));
            expect(off, parameter).toBeLessThanOrEqual(1e-5 * norm(data as Float32Array) + 1e-12);
          }
        }),
        { numRuns: 4 },
      );
    },
  );
});

function norm(values: Float32Array): number {
  return Math.hypot(...values);
}
