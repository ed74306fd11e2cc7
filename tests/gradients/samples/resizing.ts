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
    ...["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"].flatMap((nearest_mode) =>
      ["half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel", "half_pixel_symmetric"].map(
        (coordinate_transformation_mode) =>
          resize(
            `nearest, ${nearest_mode}, ${coordinate_transformation_mode}`,
            real(1, 2, 4, 3),
            { mode: "nearest", nearest_mode, coordinate_transformation_mode },
            none,
            scales(1, 1, 1.7, 0.7),
          ),
      ),
    ),
    ...["half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel", "half_pixel_symmetric"].flatMap(
      (coordinate_transformation_mode) =>
        [
          { mode: "linear" },
          { mode: "cubic" },
          { mode: "cubic", cubic_coeff_a: float(-0.6) },
          { mode: "cubic", exclude_outside: 1 },
        ].flatMap((attributes) =>
          [scales(1, 1, 1.7, 0.6), undefined].map((given) =>
            resize(
              `${Object.values(attributes).join(" ")}, ${coordinate_transformation_mode}${given === undefined ? ", sizes" : ""}`,
              real(1, 1, 4, 5),
              { ...attributes, coordinate_transformation_mode },
              none,
              given,
              ...(given === undefined ? [sizes(1, 1, 7, 3)] : []),
            ),
          ),
        ),
    ),
    ...[
      { mode: "linear" },
      { mode: "linear", coordinate_transformation_mode: "align_corners" },
      { mode: "cubic" },
      { mode: "cubic", exclude_outside: 1 },
      { mode: "cubic", cubic_coeff_a: float(-0.5) },
    ].map((attributes) =>
      resize(
        `antialias, ${Object.values(attributes).join(" ")}`,
        real(1, 1, 7, 6),
        { ...attributes, antialias: 1 },
        none,
        scales(1, 1, 0.6, 0.5),
      ),
    ),
    ...["linear", "cubic"].flatMap((mode) => [
      resize(`antialias, ${mode}, sizes`, real(1, 2, 6, 5), { mode, antialias: 1 }, none, none, sizes(1, 2, 4, 2)),
      resize(
        `antialias, ${mode}, one axis larger`,
        real(1, 1, 6, 3),
        { mode, antialias: 1 },
        none,
        scales(1, 1, 0.5, 2),
      ),
      resize(
        `antialias, ${mode}, pytorch_half_pixel`,
        real(1, 1, 6, 5),
        { mode, antialias: 1, coordinate_transformation_mode: "pytorch_half_pixel" },
        none,
        scales(1, 1, 0.5, 0.6),
      ),
      resize(
        `antialias, ${mode}, half_pixel_symmetric, exclude_outside`,
        real(1, 1, 6, 5),
        { mode, antialias: 1, coordinate_transformation_mode: "half_pixel_symmetric", exclude_outside: 1 },
        none,
        scales(1, 1, 0.45, 0.7),
      ),
      resize(
        `antialias, ${mode}, channels last`,
        real(1, 6, 4, 2),
        { mode, antialias: 1 },
        none,
        scales(1, 0.5, 0.5, 1),
      ),
      resize(
        `antialias, ${mode}, axes`,
        real(1, 2, 6, 4),
        { mode, antialias: 1, axes: [2, 3] },
        none,
        scales(0.5, 0.5),
      ),
    ]),
    resize("antialias, linear, rank 3", real(1, 2, 6), { mode: "linear", antialias: 1 }, none, scales(1, 1, 0.5)),
    resize(
      "antialias, linear, rank 5",
      real(1, 1, 4, 4, 4),
      { mode: "linear", antialias: 1 },
      none,
      scales(1, 1, 0.5, 0.5, 0.75),
    ),
    resize(
      "cubic, cropped",
      real(1, 1, 4, 4),
      { mode: "cubic", coordinate_transformation_mode: "tf_crop_and_resize" },
      { ...constant(exactly([8], [0, 0, 0.2, 0.1, 1, 1, 0.9, 0.8])), type: "float32" },
      none,
      sizes(1, 1, 3, 4),
    ),
    ...["nearest", "linear"].flatMap((mode) => [
      { ...resize(`${mode}, rank 2`, real(3, 4), { mode }, none, scales(2, 0.6)), batch: [] },
      resize(`${mode}, rank 3`, real(1, 2, 4), { mode }, none, scales(1, 1, 1.6)),
      resize(`${mode}, rank 3, two axes`, real(2, 3, 2), { mode }, none, scales(1, 1.7, 2)),
      resize(`${mode}, rank 5`, real(1, 2, 2, 3, 2), { mode }, none, scales(1, 1, 2, 1.4, 1.5)),
      resize(`${mode}, channels last`, real(1, 3, 2, 2), { mode }, none, scales(1, 2, 1.5, 1)),
      resize(`${mode}, axes in another order`, real(1, 2, 3, 2), { mode, axes: [3, 2] }, none, scales(2, 1.4)),
      resize(`${mode}, a negative axis`, real(1, 2, 3, 2), { mode, axes: [-1] }, none, none, sizes(5)),
    ]),
    resize(
      "nearest, cropped",
      real(1, 1, 4, 4),
      { mode: "nearest", coordinate_transformation_mode: "tf_crop_and_resize" },
      { ...constant(exactly([8], [0, 0, 0.2, 0.1, 1, 1, 0.9, 0.8])), type: "float32" },
      none,
      sizes(1, 1, 3, 4),
    ),
    resize(
      "linear, cropped beyond the image",
      real(1, 1, 4, 4),
      { mode: "linear", coordinate_transformation_mode: "tf_crop_and_resize", extrapolation_value: float(2) },
      { ...constant(exactly([8], [0, 0, 0.2, -0.1, 1, 1, 1.3, 0.8])), type: "float32" },
      none,
      sizes(1, 1, 5, 4),
    ),
    ...["nearest", "linear", "cubic"].flatMap((mode) => [
      resize(`${mode}, a row of one pixel`, real(1, 2, 1, 3), { mode }, none, none, sizes(1, 2, 3, 5)),
      resize(`${mode}, to one pixel`, real(1, 1, 3, 4), { mode }, none, none, sizes(1, 1, 1, 1)),
      resize(
        `${mode}, to one pixel, align_corners`,
        real(1, 1, 3, 4),
        { mode, coordinate_transformation_mode: "align_corners" },
        none,
        none,
        sizes(1, 1, 1, 2),
      ),
      resize(
        `${mode}, a size that scales do not divide, half_pixel_symmetric`,
        real(1, 1, 3, 5),
        { mode, coordinate_transformation_mode: "half_pixel_symmetric" },
        none,
        scales(1, 1, 2.5, 0.7),
      ),
    ]),
    { ...resize("nearest, rank 1", real(4), { mode: "nearest" }, none, scales(1.6)), batch: [] },
  ],
  AffineGrid: [
    { name: "images", inputs: [real(2, 2, 3), sizes(2, 1, 3, 4)], batch: [] },
    {
      name: "images, align_corners",
      inputs: [real(2, 2, 3), sizes(2, 1, 3, 4)],
      batch: [],
      attributes: { align_corners: 1 },
    },
    { name: "volumes", inputs: [real(1, 3, 4), sizes(1, 1, 2, 3, 2)] },
    { name: "a size known only when it runs", inputs: [real(2, 2, 3), fed(sizes(2, 1, 3, 4))], batch: [] },
    { name: "a row of one pixel", inputs: [real(1, 2, 3), sizes(1, 1, 1, 4)], batch: [] },
    { name: "volumes, align_corners", inputs: [real(1, 3, 4), sizes(1, 1, 2, 3, 2)], attributes: { align_corners: 1 } },
  ],
  Col2Im: [
    { name: "rows", inputs: [real(2, 4, 5), sizes(6), sizes(2)] },
    { name: "volumes", inputs: [real(1, 8, 4), sizes(2, 3, 3), sizes(2, 2, 2)], attributes: { strides: [1, 1, 1] } },
    {
      name: "pads of unlike sides",
      inputs: [real(1, 8, 12), sizes(3, 4), sizes(2, 2)],
      attributes: { pads: [1, 0, 0, 1] },
    },
    {
      name: "strides and dilations that differ",
      inputs: [real(1, 6, 12), sizes(5, 4), sizes(3, 2)],
      attributes: { strides: [1, 1], dilations: [1, 3], pads: [0, 1, 1, 1] },
    },
    { name: "2x2", inputs: [real(2, 8, 6), sizes(3, 4), sizes(2, 2)] },
    {
      name: "attributes",
      inputs: [real(1, 4, 4), sizes(5, 5), sizes(2, 2)],
      attributes: { strides: [3, 3], pads: [1, 1, 1, 1], dilations: [2, 2] },
    },
  ],
};
