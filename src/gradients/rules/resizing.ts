import { OnwardError } from "../../core/errors.ts";
import {
  describeNode,
  float,
  floatAttribute,
  intAttribute,
  intsAttribute,
  numbersOf,
  stringAttribute,
  tensorData,
  type AttributeInputs,
} from "../../graph/index.ts";
import { rule, type Family, type RuleContext } from "../rule.ts";
import { taps } from "../weight-gradient.ts";
import { product } from "../product.ts";

/** Ops that resample images, and those that lay blocks over each other. */
export const resizing: Family = {
  // Y is X times one matrix for each axis, which the op itself tells when it resizes an identity matrix; dX is dY times their
  // transposes
  Resize: rule((c) => {
    const {
      x: [x = ""],
      y: [y = ""],
      dy: [dy = ""],
    } = c;
    const cropped = stringAttribute(c.node, "coordinate_transformation_mode", "half_pixel") === "tf_crop_and_resize";
    // The runtime copies where no size changes, whatever the scales
    const [from, to] = [c.staticShape(x), c.staticShape(y)];
    if (!cropped && from !== undefined && from.join() === to?.join()) return [dy];
    let gradient = dy;
    for (const [place, axis] of resizedAxes(c).entries()) {
      const [size, result, factor] = [c.dim(x, axis), c.dim(y, axis), factorOf(c, place)];
      if (!cropped && (factor === 1 || (factor === undefined && size !== undefined && size === result))) continue;
      // Samples and channels whose number is open are not what is resized
      if (typeof size !== "number" && axis < 2 && c.rank(x) > 2) continue;
      if (typeof size !== "number") throw unknownSizes(c, "an image of known size");
      gradient = alongAxis(c, gradient, axis, matrix(c, place, size));
    }
    return [gradient];
  }),
  // The grid is the base grid times theta: dtheta = dgrid^T base, summed over all places
  AffineGrid: rule(({ g, node, dim, x: [theta = "", size = ""], dy: [dy = ""] }) => {
    const rows = dim(theta, 1);
    const spatial = typeof rows === "number" ? rows : 2;
    const same = Array.from({ length: spatial * (spatial + 1) }, (_, i) => (i % (spatial + 2) === 0 ? 1 : 0));
    const one = g.op("CastLike", [g.constant(tensorData("float32", [1, spatial, spatial + 1], same)), theta]);
    const batch = g.op("Shape", [theta], { start: 0, end: 1 });
    const identity = g.op("Expand", [one, g.concat([batch, g.ints([1, 1])], 0)]);
    const align = { align_corners: intAttribute(node, "align_corners", 0) };
    const base = g.reshape(g.op("AffineGrid", [identity, size], align), [0, -1, spatial]);
    const flow = g.reshape(dy, [0, -1, spatial]);
    const linear = product(g, flow, base, 1, 0);
    return [g.concat([linear, g.unsqueeze(g.sum(flow, [1]), [2])], 2)];
  }),
  // dX: what each tap of a window sees of dY
  Col2Im: rule((c) => {
    const {
      g,
      node,
      constant,
      dim,
      x: [x = "", , block = ""],
      dy: [dy = ""],
    } = c;
    const data = constant(block);
    const [rows, channels] = [dim(x, 1), dim(c.y[0] ?? "", 1)];
    if (data === undefined || typeof rows !== "number") throw unknownSizes(c, "a constant block_shape");
    const kernel = numbersOf(data);
    const fill = (value: number) => Array.from({ length: kernel.length }, () => value);
    const area = kernel.reduce((count, size) => count * size, 1);
    const pads = intsAttribute(node, "pads") ?? [...fill(0), ...fill(0)];
    const window = {
      kernel,
      strides: intsAttribute(node, "strides") ?? fill(1),
      dilations: intsAttribute(node, "dilations") ?? fill(1),
      begin: pads.slice(0, kernel.length),
      end: pads.slice(kernel.length),
    };
    const seen = taps(g, dy, window, typeof channels === "number" ? channels : rows / area, area);
    return [g.reshape(seen, [-1, rows, ...lengthOf(c, x)])];
  }),
};

function lengthOf(c: RuleContext, x: string): number[] {
  const length = c.dim(x, 2);
  if (typeof length !== "number") throw unknownSizes(c, "a known number of blocks");
  return [length];
}

function unknownSizes({ node }: RuleContext, expected: string): OnwardError {
  return new OnwardError("unsupported", {
    expected,
    where: describeNode(node),
    advice: "declare the height and width of the model's input",
  });
}

/** The axes that scales and sizes speak of, in their order. */
function resizedAxes({ node, rank, x: [x = ""] }: RuleContext): number[] {
  const all = Array.from({ length: rank(x) }, (_, axis) => axis);
  return (intsAttribute(node, "axes") ?? all).map((axis) => (axis + rank(x)) % rank(x));
}

/** The constant scale of an axis, by its place among the resized ones. */
function factorOf({ constant, x: [, , scales = ""] }: RuleContext, place: number): number | undefined {
  const data = scales === "" ? undefined : constant(scales);
  return data === undefined ? undefined : numbersOf(data)[place];
}

/** [size, result]: row i is what the op makes of the i-th unit vector. */
function matrix(c: RuleContext, place: number, size: number): string {
  const { g, node, constant, x } = c;
  const [, roi = "", scales = "", sizes = ""] = x;
  if (stringAttribute(node, "keep_aspect_ratio_policy", "stretch") !== "stretch")
    throw unknownSizes(c, 'keep_aspect_ratio_policy "stretch"');
  const eye = new Float32Array(size * size);
  for (let i = 0; i < size; i++) eye[i * size + i] = 1;
  const attributes: AttributeInputs = {
    mode: stringAttribute(node, "mode", "nearest"),
    coordinate_transformation_mode: stringAttribute(node, "coordinate_transformation_mode", "half_pixel"),
    nearest_mode: stringAttribute(node, "nearest_mode", "round_prefer_floor"),
    cubic_coeff_a: float(floatAttribute(node, "cubic_coeff_a", -0.75)),
    exclude_outside: intAttribute(node, "exclude_outside", 0),
    antialias: intAttribute(node, "antialias", 0),
  };
  const identity = g.constant(tensorData("float32", [1, size, 1, size], eye));
  const part = (value: string, i: number) => g.op("Slice", [value, g.ints([i]), g.ints([i + 1])]);
  const numbers = (...values: number[]) => g.constant(tensorData("float32", [values.length], values));
  const isEmpty = (value: string) => value === "" || constant(value)?.bytes.length === 0;
  const count = resizedAxes(c).length;
  const cropped = attributes["coordinate_transformation_mode"] === "tf_crop_and_resize" && !isEmpty(roi);
  const region = cropped
    ? g.concat([numbers(0, 0, 0), part(roi, place), numbers(1, 1, 1), part(roi, place + count)], 0)
    : "";
  // By scales the rows, of one pixel each, are doubled: a scale can leave the size as it is, and then nothing would be done
  const target = isEmpty(scales)
    ? ["", g.concat([g.ints([1, size, 1]), part(sizes, place)], 0)]
    : [g.concat([numbers(1, 1, 2), part(scales, place)], 0)];
  const rows = g.op("Resize", [identity, region, ...target], attributes);
  return g.reshape(g.op("Slice", [rows, g.ints([0]), g.ints([1]), g.ints([2])]), [size, -1]);
}

/** Multiplies along one axis of size `result` by the transpose of [size, result]. */
function alongAxis({ g, rank, x: [x = ""] }: RuleContext, value: string, axis: number, factor: string): string {
  const last = rank(x) - 1;
  if (axis === last) return product(g, value, factor, 0, 1);
  if (axis === last - 1) return g.matMul(factor, value);
  const perm = Array.from({ length: last + 1 }, (_, i) => (i === axis ? last : i === last ? axis : i));
  return g.transpose(product(g, g.transpose(value, perm), factor, 0, 1), perm);
}
