import { float } from "../../../src/graph/index.ts";
import { constant, exactly, fed, ints, real, still, type Sample, type SampleInput } from "../sample.ts";

const scales = (...values: number[]) => ({ ...constant(exactly([values.length], values)), type: "float32" as const });
const sizes = (...values: number[]) => ints([values.length], values);
const resize = (
  name: string,
  x: SampleInput,
  attributes: Sample["attributes"] & object,
  ...rest: (SampleInput | undefined)[]
): Sample => ({ name, inputs: [x, ...rest], attributes, only: "float32" });
const none = undefined;

/** Samples of the rules in resizing.ts. */
export const resizing: Readonly<Record<string, readonly Sample[]>> = {
  Resize: [
    resize("nearest, twice as large", real(1, 2, 3, 2), { mode: "nearest" }, none, scales(1, 1, 2, 2)),
    resize("a scale that leaves the size", real(1, 1, 4, 3), { mode: "linear" }, none, scales(1, 1, 2, 1.2)),
    resize(
      "nearest, asymmetric, floor",
      real(2, 1, 4, 5),
      { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" },
      none,
      scales(1, 1, 1.5, 0.6),
    ),
    resize("linear, sizes", real(1, 2, 3, 4), { mode: "linear" }, none, none, sizes(1, 2, 5, 2)),
    resize(
      "linear, align_corners",
      real(2, 1, 3, 3),
      { mode: "linear", coordinate_transformation_mode: "align_corners" },
      none,
      scales(1, 1, 2, 3),
    ),
    resize(
      "linear, pytorch_half_pixel",
      real(1, 1, 3, 4),
      { mode: "linear", coordinate_transformation_mode: "pytorch_half_pixel" },
      none,
      none,
      sizes(1, 1, 1, 7),
    ),
    resize("linear, antialias", real(1, 1, 6, 5), { mode: "linear", antialias: 1 }, none, scales(1, 1, 0.5, 0.6)),
    resize("linear, images of one channel", real(3, 4), { mode: "linear" }, none, scales(1, 2)),
    resize("linear, axes", real(1, 2, 3, 2), { mode: "linear", axes: [2, 3] }, none, none, sizes(6, 3)),
    resize(
      "linear, cropped",
      real(1, 1, 4, 4),
      { mode: "linear", coordinate_transformation_mode: "tf_crop_and_resize" },
      { ...constant(exactly([8], [0, 0, 0.2, 0.1, 1, 1, 0.9, 0.8])), type: "float32" },
      none,
      sizes(1, 1, 3, 4),
    ),
    resize("sizes known only when it runs", real(1, 1, 3, 4), { mode: "linear" }, none, none, fed(sizes(1, 1, 5, 2))),
    resize(
      "scales known only when it runs",
      real(1, 1, 3, 4),
      { mode: "nearest" },
      none,
      still(fed(scales(1, 1, 2, 3))),
    ),
    resize("cubic", real(1, 1, 4, 5), { mode: "cubic" }, none, scales(1, 1, 2, 1.5)),
    resize(
      "cubic, attributes",
      real(1, 1, 4, 4),
      { mode: "cubic", cubic_coeff_a: float(-0.5), exclude_outside: 1 },
      none,
      none,
      sizes(1, 1, 6, 3),
    ),
  ],
  AffineGrid: [
    { name: "images", inputs: [real(2, 2, 3), sizes(2, 1, 3, 4)], batch: [] },
    { name: "volumes, align_corners", inputs: [real(1, 3, 4), sizes(1, 1, 2, 3, 2)], attributes: { align_corners: 1 } },
  ],
  Col2Im: [
    { name: "2x2", inputs: [real(2, 8, 6), sizes(3, 4), sizes(2, 2)] },
    {
      name: "attributes",
      inputs: [real(1, 4, 4), sizes(5, 5), sizes(2, 2)],
      attributes: { strides: [3, 3], pads: [1, 1, 1, 1], dilations: [2, 2] },
    },
  ],
};
