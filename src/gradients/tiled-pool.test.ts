import fc from "fast-check";
import { expect, test } from "vitest";
import { openGraph, tensor } from "../../tests/run-graph.ts";
import { GraphBuilder } from "../graph/index.ts";
import { backward } from "./backward.ts";

const size = (dims: readonly number[]) => dims.reduce((product, dim) => product * dim, 1);

/** The gradient of a max pooling whose windows tile the map, and the ops that compute it. */
async function pooled(
  shape: readonly number[],
  kernel: readonly number[],
  x: readonly number[],
  dy: readonly number[],
) {
  const g = new GraphBuilder();
  g.input("x", "float32", shape);
  const out = [...shape.slice(0, 2), ...kernel.map((of, i) => shape[2 + i]! / of)];
  const y = g.op("MaxPool", ["x"], { kernel_shape: kernel, strides: kernel });
  g.describe(y, "float32", out);
  const seeds = new Map([[y, g.input("dy", "float32", out)]]);
  g.output("dx", backward(g, { seeds, wanted: ["x"] }).get("x"), shape);
  const run = await openGraph(g);
  const results = await run({ x: tensor("float32", shape, x), dy: tensor("float32", out, dy) });
  return { dx: results["dx"], ops: g.nodes.map(({ op }) => op) };
}

/** dy where the largest of a window lies; of equal ones, the first. */
function expected(
  [n = 0, c = 0, h = 0, w = 0]: readonly number[],
  [kh = 0, kw = 0]: readonly number[],
  x: readonly number[],
  dy: readonly number[],
) {
  const dx = new Array<number>(x.length).fill(0);
  let window = 0;
  for (let map = 0; map < n * c; map++) {
    for (let top = 0; top < h; top += kh) {
      for (let left = 0; left < w; left += kw) {
        const places = Array.from(
          { length: kh * kw },
          (_, i) => (map * h + top + Math.floor(i / kw)) * w + left + (i % kw),
        );
        const largest = Math.max(...places.map((place) => x[place]!));
        dx[places.find((place) => x[place] === largest)!] = dy[window++]!;
      }
    }
  }
  return dx;
}

const kernels = [
  [2, 2],
  [3, 2],
  [1, 4],
  [2, 1],
] as const;

test.each(kernels)("windows of %i x %i: the first of equal values takes all", async (rows, columns) => {
  const shape = [2, 3, 2 * rows, 3 * columns];
  await fc.assert(
    fc.asyncProperty(
      // Few values, so that windows of equal ones are common
      fc.array(fc.constantFrom(-3, -1, 0, 2, Infinity), { minLength: size(shape), maxLength: size(shape) }),
      async (x) => {
        const dy = Array.from({ length: size(shape) / (rows * columns) }, (_, i) => i + 1);
        const { dx, ops } = await pooled(shape, [rows, columns], x, dy);
        expect(ops).not.toContain("MaxUnpool");
        expect(dx).toEqual(expected(shape, [rows, columns], x, dy));
      },
    ),
    { numRuns: 15 },
  );
});

test("long rows go by the indices", async () => {
  const x = Array.from({ length: 2 * 66 }, (_, i) => (i * 7) % 11);
  const dy = Array.from({ length: 33 }, (_, i) => i + 1);
  const { dx, ops } = await pooled([1, 1, 2, 66], [2, 2], x, dy);
  expect(ops).toContain("MaxUnpool");
  expect(dx).toEqual(expected([1, 1, 2, 66], [2, 2], x, dy));
});

test("a window of -Infinity alone gets nothing, and leaves the others of its row as they are", async () => {
  const none = -Infinity;
  const { dx } = await pooled([1, 1, 2, 4], [2, 2], [none, none, 1, 2, none, none, 3, 4], [5, 7]);
  expect(dx).toEqual([0, 0, 0, 0, 0, 0, 0, 7]);
});
