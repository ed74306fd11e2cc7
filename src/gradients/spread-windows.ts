import type { GraphBuilder } from "../graph/index.ts";
import { shapeSlice, spatialSizes } from "./like.ts";
import { restoration, type Window } from "./window.ts";

/**
 * Multiplies each value of a gradient by a kernel and adds it up where its window lay: the transposed convolution, cut or
 * filled with zeros to the sizes of `like`.
 */
export function spreadWindows(
  g: GraphBuilder,
  dy: string,
  kernel: string,
  window: Window,
  like: string,
  result: string,
  group = 1,
): string {
  const { kernel: kernel_shape, strides, dilations } = window;
  const attributes = { kernel_shape, strides, dilations, group };
  const [from, to] = [spatialSizes(g, like), spatialSizes(g, result)];
  if (from !== undefined && to !== undefined)
    return g.op("ConvTranspose", [dy, kernel], { ...attributes, ...restoration(window, from, to) });
  const full = g.op("ConvTranspose", [dy, kernel], attributes);
  const begin = g.ints([0, 0, ...window.begin.map((pad) => -pad)]);
  const size = g.sub(shapeSlice(g, like, 2), g.op("Shape", [full], { start: 2 }));
  const end = g.add(size, g.ints(window.begin));
  return g.op("Pad", [full, g.concat([begin, g.ints([0, 0]), end], 0)]);
}
