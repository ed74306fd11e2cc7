import { elementCount } from "../core/index.ts";
import { isStatic, tensorData, type GraphBuilder } from "../graph/index.ts";
import { shapeSlice, spatialSizes } from "./like.ts";
import { product } from "./product.ts";
import type { Window } from "./window.ts";

/** What the weights of a convolution are correlated from. */
export interface Correlation {
  /** What the window slides over. */
  readonly from: string;
  /** The gradient that belongs to each window. */
  readonly through: string;
  /** A value with the shape of `through`. */
  readonly like: string;
  /** The shape of the weights, [M, C / group, k1, ...]. */
  readonly weight: readonly number[];
  readonly window: Window;
  readonly group: number;
}

/**
 * dW[m, c, k] = sum over samples and positions of dY[m] and what the tap k of the window saw of channel c.
 *
 * What each tap saw is laid out by a convolution of every channel with one-hot kernels; then it is one matrix product for each
 * sample and group. A window of one element that moves by one sees the input as it is.
 */
export function weightGradient(g: GraphBuilder, correlation: Correlation): string {
  const { from, through, like, weight, window, group } = correlation;
  const [outputs = 1, inputs = 1] = weight;
  const area = elementCount(window.kernel);
  const products = (seen: string, count: number) => {
    const rows = (value: string, height: number) => g.op("Reshape", [value, rowShape(g, like, group, height)]);
    return product(g, rows(through, outputs / group), rows(seen, count), 0, 1);
  };
  const tall = inputs === 1 && window.kernel.length === 2 && (window.kernel[0] ?? 1) >= 5;
  const whole = tall ? overWholeMaps(g, correlation) : undefined;
  if (whole !== undefined) return whole;
  const all = tall
    ? g.concat(
        rowsOfTaps(g, correlation).map((seen) => products(seen, window.kernel[1] ?? 1)),
        -1,
      )
    : products(isPlain(window) ? from : taps(g, from, window, group * inputs, area), inputs * area);
  return g.reshape(g.sum(all, [0]), weight);
}

/**
 * The same for large windows that see one channel, where all sizes are known: the gradient is itself a kernel that slides over the
 * maps, one for each channel of each sample. It moves by the window's dilation, and its elements lie as far apart as the window
 * moved. Of 25 taps and more it takes half to all of the time that laying them out takes; of 9 it gains nothing.
 */
function overWholeMaps(
  g: GraphBuilder,
  { from, through, like, weight, window, group }: Correlation,
): string | undefined {
  const [seen, moved] = [g.shapeOf(from), g.shapeOf(like)];
  const { kernel, strides, dilations, begin, end } = window;
  if (!isStatic(seen) || !isStatic(moved) || weight[0] !== group) return undefined;
  const maps = (seen[0] ?? 1) * group;
  const positions = moved.slice(2);
  const slid = g.op(
    "Conv",
    [g.reshape(from, [1, maps, ...seen.slice(2)]), g.reshape(through, [maps, 1, ...positions])],
    {
      group: maps,
      kernel_shape: positions,
      strides: dilations,
      dilations: strides,
      pads: [...begin, ...end],
    },
  );
  // Where the window's last move left a rest, the kernel has room for more moves than there are taps.
  const starts = g.ints(kernel.map(() => 0));
  const taps = g.op("Slice", [slid, starts, g.ints(kernel), g.ints(kernel.map((_, i) => i + 2))]);
  return g.reshape(g.sum(g.reshape(taps, [-1, group, elementCount(kernel)]), [0]), weight);
}

/** Whether a window sees one element at a time, each in its turn. */
function isPlain({ kernel, strides, begin, end }: Window): boolean {
  return elementCount(kernel) === 1 && [...begin, ...end].every((pad) => pad === 0) && strides.every((s) => s === 1);
}

/** [N, rows, positions], or [N, groups, rows, positions], with as many samples and positions as `like` has. */
function rowShape(g: GraphBuilder, like: string, group: number, rows: number): string {
  const positions = spatialSizes(g, like);
  const groups = group === 1 ? [] : [group];
  if (positions !== undefined) return g.ints([-1, ...groups, rows, elementCount(positions)]);
  return g.concat([shapeSlice(g, like, 0, 1), g.ints([...groups, rows, -1])], 0);
}

/**
 * What each row of taps of a large window sees, for windows that see one channel: the taps of one row are laid out once, and
 * the others are the same further down. It takes a fraction of the memory of all taps at once.
 */
function rowsOfTaps(g: GraphBuilder, { from, like, window, group }: Correlation): string[] {
  const { kernel, strides, dilations } = window;
  const [height = 1, width = 1] = kernel;
  const [step = 1, sideways = 1] = strides;
  const [distance = 1] = dilations;
  const flat: Window = { ...window, kernel: [1, width], strides: [1, sideways] };
  const columns = taps(g, from, flat, group, width);
  const count = g.op("Shape", [like], { start: 2, end: 3 });
  const reach = g.add(g.mul(g.sub(count, 1), step), 1);
  return Array.from({ length: height }, (_, row) => {
    const start = g.ints([row * distance]);
    return g.op("Slice", [columns, start, g.add(reach, row * distance), g.ints([2]), g.ints([step])]);
  });
}

/**
 * [N, C, d1, ...] -> [N, C taps, d1', ...]: for each tap of the window, what it sees at each position of each channel. Grouped by
 * channel, the runtime keeps its plain layout; with many channels and taps that takes too many kernels, and each channel
 * becomes a sample of its own.
 */
export function taps(g: GraphBuilder, x: string, window: Window, channels: number, area: number): string {
  const { kernel, strides, dilations, begin, end } = window;
  const attributes = { kernel_shape: kernel, strides, dilations, pads: [...begin, ...end] };
  const grouped = channels * area * area <= 2 ** 18;
  const copies = grouped ? channels : 1;
  const oneHot = new Float32Array(copies * area * area);
  for (let i = 0; i < copies * area; i++) oneHot[i * area + (i % area)] = 1;
  const kernels = g.constant(tensorData("float32", [copies * area, 1, ...kernel], oneHot));
  if (grouped) return g.op("Conv", [x, kernels], { ...attributes, group: channels });
  const single = g.op("Reshape", [x, g.concat([g.ints([-1, 1]), shapeSlice(g, x, 2)], 0)]);
  return g.op("Conv", [single, kernels], attributes);
}
