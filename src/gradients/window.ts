import { OnwardError } from "../core/errors.ts";
import { describeNode, intAttribute, intsAttribute, stringAttribute } from "../graph/index.ts";
import { spatialSizes } from "./like.ts";
import type { RuleContext } from "./rule.ts";

/** How a window slides over the spatial axes of a node's first input, with every attribute made explicit. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Padding at the start and at the end of each axis, as far as windows reach. */
  readonly begin: readonly number[];
  readonly end: readonly number[];
}

/** From a size, the sizes that a transposed convolution needs to restore it. */
export interface Restoration {
  readonly pads: readonly number[];
  readonly output_padding: readonly number[];
}

/**
 * Reads the window of a convolution or pooling node.
 *
 * @throws OnwardError `unsupported` where the padding depends on a size that is not known
 */
export function windowOf(
  { g, node, rank, x: [x = ""], y: [y = ""] }: Pick<RuleContext, "g" | "node" | "rank" | "x" | "y">,
  kernel: readonly number[],
): Window {
  const axes = rank(x) - 2;
  const fill = (value: number) => Array.from({ length: axes }, () => value);
  const strides = intsAttribute(node, "strides") ?? fill(1);
  const dilations = intsAttribute(node, "dilations") ?? fill(1);
  const given = intsAttribute(node, "pads");
  const mode = stringAttribute(node, "auto_pad", "NOTSET");
  const pads = given !== undefined && mode === "NOTSET" ? given : [...fill(0), ...fill(0)];
  const window = { kernel, strides, dilations, begin: pads.slice(0, axes), end: pads.slice(axes) };
  const same = mode.startsWith("SAME");
  if (!same && intAttribute(node, "ceil_mode", 0) === 0) return window;
  const [from, to] = [spatialSizes(g, x), spatialSizes(g, y)];
  if (from === undefined || to === undefined) {
    throw new OnwardError("unsupported", {
      expected: "sizes that are known before the graph runs, for auto_pad or ceil_mode",
      got: "symbolic ones",
      where: describeNode(node),
      advice: "declare the height and width of the model's input",
    });
  }
  const total = from.map((size, i) => span(window, i, to[i] ?? 0) - size);
  if (!same) return { ...window, end: total.map((sum, i) => Math.max(sum - (window.begin[i] ?? 0), 0)) };
  const begin = total.map((sum) => (mode === "SAME_UPPER" ? Math.floor : Math.ceil)(Math.max(sum, 0) / 2));
  return { ...window, begin, end: total.map((sum, i) => Math.max(sum, 0) - (begin[i] ?? 0)) };
}

/** How far `count` windows reach along an axis. */
export function span({ kernel, strides, dilations }: Window, axis: number, count: number): number {
  return (count - 1) * (strides[axis] ?? 1) + (dilations[axis] ?? 1) * ((kernel[axis] ?? 1) - 1) + 1;
}

/** Whether no element lies in two windows. */
export function isDisjoint({ kernel, strides, dilations }: Window): boolean {
  return kernel.every((size, i) => size <= (strides[i] ?? 1) && ((dilations[i] ?? 1) === 1 || size === 1));
}

/**
 * The padding that makes a transposed convolution give back sizes `from` for windows that gave sizes `to`: what the last
 * window did not reach is added.
 */
export function restoration(window: Window, from: readonly number[], to: readonly number[]): Restoration {
  const end = from.map((size, i) => span(window, i, to[i] ?? 0) - (window.begin[i] ?? 0) - size);
  return {
    pads: [...window.begin, ...end.map((pad) => Math.max(pad, 0))],
    output_padding: end.map((pad) => Math.max(-pad, 0)),
  };
}
