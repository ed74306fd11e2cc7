import { elementCount } from "../../core/index.ts";
import { windowOf, type Window } from "../../gradients/index.ts";
import { intAttribute, isStatic, tensorData, type GraphBuilder, type Node } from "../../graph/index.ts";

/** Maps of up to so many elements are worth it: what lays out the taps costs as many products an element. */
const mostElements = 64;
/** For windows that see one channel: up to so many pairs of an element seen and an element made. */
const mostPairs = 1600;

/** Emits a convolution of a channel-major value [C, N, d1, ...], and returns its result in the same form. */
export type ChannelMajorForm = (g: GraphBuilder, x: string) => string;

/** What is known of a convolution whose sizes are all known. */
interface Sizes {
  readonly node: Node;
  readonly window: Window;
  /** Of the input, [N, C, d1, ...]. */
  readonly from: readonly number[];
  /** Of the output, [N, M, e1, ...]. */
  readonly to: readonly number[];
}

/**
 * How a convolution of small maps is written as a few products of whole batches; undefined where it is not worth it.
 *
 * The runtime multiplies the weights with one sample at a time. On small maps that is a product with a handful of columns that
 * reads all weights again for each sample. With the channels first, samples and positions are columns of one product:
 * Y = W cols, with W [M, C T] as it stands and cols [C T, N P] what each of T taps sees of each channel.
 */
export function channelMajorConvolution(g: GraphBuilder, node: Node): ChannelMajorForm | undefined {
  const [x = "", w = ""] = node.inputs;
  const [y = ""] = node.outputs;
  const [from, weight, to] = [g.shapeOf(x), g.shapeOf(w), g.shapeOf(y)];
  if (!isStatic(from) || !isStatic(weight) || !isStatic(to) || g.typeOf(x) !== "float32") return undefined;
  const [outputs = 1, inputs = 1, ...kernel] = weight;
  const window = windowOf({ g, node, rank: () => from.length, x: [x], y: [y] }, kernel);
  const group = intAttribute(node, "group", 1);
  const [seen, made] = [elementCount(from.slice(2)), elementCount(to.slice(2))];
  const sizes: Sizes = { node, window, from, to };
  if (group === 1 && seen <= mostElements) return (builder, value) => full(builder, value, sizes);
  const depthwise = group > 1 && inputs === 1 && outputs === group;
  return depthwise && seen * made <= mostPairs ? (builder, value) => depthwiseForm(builder, value, sizes) : undefined;
}

/** Y = W cols + b */
function full(g: GraphBuilder, x: string, sizes: Sizes): string {
  const { node, from, to } = sizes;
  const [samples = 1, channels = 1] = from;
  const [, outputs = 1, ...made] = to;
  const live = liveTaps(sizes);
  const taps = elementCount(live.count);
  const columns = samples * elementCount(made);
  const seen = isWhole(sizes, live) ? x : tapColumns(g, x, sizes, live);
  const rows = shaped(g, [channels * taps, columns])(g.reshape(seen, [channels * taps, columns]));
  const matrix = [outputs, channels * taps];
  const weights = shaped(g, matrix)(g.reshape(liveWeights(g, node.inputs[1] ?? "", sizes, live), matrix));
  const product = shaped(g, [outputs, columns])(g.matMul(weights, rows));
  return shaped(g, [outputs, samples, ...made])(
    g.reshape(withBias(g, node, product, [outputs, 1]), [outputs, samples, ...made]),
  );
}

/** For each channel alone: Y = X T + b with T [Q, P] the weight of the tap through which an element makes another. */
function depthwiseForm(g: GraphBuilder, x: string, sizes: Sizes): string {
  const { node, from, to } = sizes;
  const [samples = 1, channels = 1, ...seen] = from;
  const made = to.slice(2);
  const live = liveTaps(sizes);
  const taps = elementCount(live.count);
  const [elements, positions] = [elementCount(seen), elementCount(made)];
  const kernels = shaped(g, [channels, taps])(
    g.reshape(liveWeights(g, node.inputs[1] ?? "", sizes, live), [channels, taps]),
  );
  const selection = g.constant(tensorData("float32", [taps, elements * positions], tapSelection(sizes, live)));
  const pairs = shaped(g, [channels, elements * positions])(g.matMul(kernels, selection));
  const maps = shaped(g, [channels, elements, positions])(g.reshape(pairs, [channels, elements, positions]));
  const columns = shaped(g, [channels, samples, elements])(g.reshape(x, [channels, samples, elements]));
  const product = shaped(g, [channels, samples, positions])(g.matMul(columns, maps));
  const whole = [channels, samples, ...made];
  return shaped(g, whole)(g.reshape(withBias(g, node, product, [channels, 1, 1]), whole));
}

function withBias(g: GraphBuilder, node: Node, product: string, shape: readonly number[]): string {
  const bias = node.inputs[2] ?? "";
  if (bias === "") return product;
  return shaped(g, g.shapeOf(product))(g.add(product, shaped(g, shape)(g.reshape(bias, shape))));
}

/** [C, N, d1, ...] -> [C, T, N, P]: what each tap sees, as products with constants of zeros and ones. */
function tapColumns(g: GraphBuilder, x: string, sizes: Sizes, live: LiveTaps): string {
  const [samples = 1, channels = 1, ...seen] = sizes.from;
  const [elements, positions] = [elementCount(seen), elementCount(sizes.to.slice(2))];
  const taps = elementCount(live.count);
  const selection = g.constant(tensorData("float32", [1, taps, elements, positions], tapSelection(sizes, live)));
  const maps = shaped(g, [channels, 1, samples, elements])(g.reshape(x, [channels, 1, samples, elements]));
  return shaped(g, [channels, taps, samples, positions])(g.matMul(maps, selection));
}

/** The taps that see an element at some position: along each axis the first of them and how many there are. */
interface LiveTaps {
  readonly first: readonly number[];
  readonly count: readonly number[];
}

/** On maps smaller than the window the outer taps see nothing but padding. */
function liveTaps({ window, from, to }: Sizes): LiveTaps {
  const live = window.kernel.map((size, axis) => {
    const alive = Array.from({ length: size }, (_, tap) => tap).filter((tap) =>
      Array.from({ length: to[axis + 2] ?? 0 }, (_, place) => seenBy(window, axis, place, tap)).some(
        (at) => at >= 0 && at < (from[axis + 2] ?? 0),
      ),
    );
    return { first: alive[0] ?? 0, count: Math.max((alive.at(-1) ?? 0) - (alive[0] ?? 0) + 1, 1) };
  });
  return { first: live.map(({ first }) => first), count: live.map(({ count }) => count) };
}

/** Which element of an axis a tap sees at a position; outside of the axis it is padding. */
function seenBy({ strides, dilations, begin }: Window, axis: number, place: number, tap: number): number {
  return place * (strides[axis] ?? 1) + tap * (dilations[axis] ?? 1) - (begin[axis] ?? 0);
}

/** Whether there is one tap, which sees each element in its turn. */
function isWhole({ window, from, to }: Sizes, { first, count }: LiveTaps): boolean {
  return count.every((taps, axis) => {
    const sizes = from[axis + 2] === to[axis + 2];
    const unit = (window.strides[axis] ?? 1) === 1 || to[axis + 2] === 1;
    return taps === 1 && sizes && unit && seenBy(window, axis, 0, first[axis] ?? 0) === 0;
  });
}

/**
 * [M, C, k1, ...] -> [M C, T]: the weights of the taps that see something, by a product with a constant of zeros and ones: the
 * runtime cuts and fills (for the gradient) on one thread alone.
 */
function liveWeights(g: GraphBuilder, w: string, { window }: Sizes, { first, count }: LiveTaps): string {
  const [all, taps] = [elementCount(window.kernel), elementCount(count)];
  const rows = elementCount((g.shapeOf(w)?.slice(0, 2) ?? []) as readonly number[]);
  if (taps === all) return w;
  const choice = new Float32Array(all * taps);
  for (let tap = 0; tap < taps; tap++) {
    const place = coordinates(tap, count).map((at, axis) => at + (first[axis] ?? 0));
    choice[place.reduce((sum, at, axis) => sum * (window.kernel[axis] ?? 1) + at, 0) * taps + tap] = 1;
  }
  const matrix = shaped(g, [rows, all])(g.reshape(w, [rows, all]));
  return shaped(g, [rows, taps])(g.matMul(matrix, g.constant(tensorData("float32", [all, taps], choice))));
}

/** [T, Q, P]: 1 where tap t sees element q at position p, else 0. */
function tapSelection({ window, from, to }: Sizes, { first, count }: LiveTaps): Float32Array {
  const [seen, made] = [from.slice(2), to.slice(2)];
  const [elements, positions] = [elementCount(seen), elementCount(made)];
  const selection = new Float32Array(elementCount(count) * elements * positions);
  for (let tap = 0; tap < elementCount(count); tap++) {
    const taps = coordinates(tap, count);
    for (let position = 0; position < positions; position++) {
      const places = coordinates(position, made);
      const at = places.map((place, axis) => seenBy(window, axis, place, (first[axis] ?? 0) + (taps[axis] ?? 0)));
      if (at.some((element, axis) => element < 0 || element >= (seen[axis] ?? 0))) continue;
      const element = at.reduce((sum, value, axis) => sum * (seen[axis] ?? 1) + value, 0);
      selection[(tap * elements + element) * positions + position] = 1;
    }
  }
  return selection;
}

/** The place along each axis of the element with a number. */
function coordinates(number: number, sizes: readonly number[]): number[] {
  let rest = number;
  return sizes
    .toReversed()
    .map((size) => {
      const place = rest % size;
      rest = Math.floor(rest / size);
      return place;
    })
    .toReversed();
}

/** Tells the builder the shape of a value, and passes the value on. */
function shaped(
  g: GraphBuilder,
  shape: readonly (number | string | undefined)[] | undefined,
): (value: string) => string {
  return (value) => {
    g.describe(value, undefined, shape);
    return value;
  };
}
