import { OnwardError } from "../../core/errors.ts";
import { describeNode, intAttribute, intsAttribute, stringAttribute, type GraphBuilder } from "../../graph/index.ts";
import { spatialSizes } from "../like.ts";
import { rule, type Family, type RuleContext } from "../rule.ts";
import { weightGradient } from "../weight-gradient.ts";
import { span, type Window } from "../window.ts";
import { biasGradient, kernelOf } from "./convolution.ts";

/** Transposed convolutions over one to three spatial axes. */
export const transposedConvolution: Family = {
  // Y = X spread by W, [C, M / group, k]: dX is the convolution of dY with W; dW correlates dY with X; dB sums dY
  ConvTranspose: rule((c) => {
    const {
      g,
      node,
      needs,
      rank,
      x: [x = "", w = ""],
      dy: [dy = ""],
    } = c;
    const weight = kernelOf(c, w);
    const window = transposedWindow(c, weight.slice(2));
    const group = intAttribute(node, "group", 1);
    return [
      needs(0) ? gather(g, dy, w, window, group) : undefined,
      needs(1) ? weightGradient(g, { from: dy, through: x, like: x, weight, window, group }) : undefined,
      needs(2) ? biasGradient(g, dy, rank(x)) : undefined,
    ];
  }),
};

function gather(g: GraphBuilder, dy: string, w: string, window: Window, group: number): string {
  const { kernel: kernel_shape, strides, dilations, begin, end } = window;
  return g.op("Conv", [dy, w], { kernel_shape, strides, dilations, pads: [...begin, ...end], group });
}

/** The window that slides over the output, with the padding as the runtime resolves it. */
function transposedWindow({ g, node, rank, x: [x = ""], y: [y = ""] }: RuleContext, kernel: readonly number[]): Window {
  const fill = (value: number) => Array.from({ length: rank(x) - 2 }, () => value);
  const strides = intsAttribute(node, "strides") ?? fill(1);
  const dilations = intsAttribute(node, "dilations") ?? fill(1);
  const window = { kernel, strides, dilations, begin: fill(0), end: fill(0) };
  const mode = stringAttribute(node, "auto_pad", "NOTSET");
  const pads = intsAttribute(node, "pads") ?? [...fill(0), ...fill(0)];
  if (mode === "VALID") return window;
  if (mode === "NOTSET" && intsAttribute(node, "output_shape") === undefined)
    return { ...window, begin: pads.slice(0, kernel.length), end: pads.slice(kernel.length) };
  const [from, to] = [spatialSizes(g, x), spatialSizes(g, y)];
  if (from === undefined || to === undefined) {
    throw new OnwardError("unsupported", {
      expected: "sizes that are known before the graph runs, for auto_pad or output_shape",
      got: "symbolic ones",
      where: describeNode(node),
      advice: "declare the height and width of the model's input",
    });
  }
  const added = intsAttribute(node, "output_padding") ?? fill(0);
  const total = from.map((size, i) => Math.max(span(window, i, size) + (added[i] ?? 0) - (to[i] ?? 0), 0));
  const begin = total.map((sum) => (mode === "SAME_UPPER" ? Math.floor : Math.ceil)(sum / 2));
  return { ...window, begin, end: total.map((sum, i) => sum - (begin[i] ?? 0)) };
}
