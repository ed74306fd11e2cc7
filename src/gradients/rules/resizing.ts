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
} from "../../graph/index.ts";
import { rule, type Family, type RuleContext } from "../rule.ts";
import { taps } from "./convolution.ts";
import { product } from "./matrix-products.ts";

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
    const [from, to] = [staticSizes(c, x), staticSizes(c, y)];
    const cropped = stringAttribute(c.node, "coordinate_transformation_mode", "half_pixel") === "tf_crop_and_resize";
    let gradient = dy;
    for (const [axis, size] of from.entries()) {
      const result = to[axis];
      if (size === undefined || result === undefined || (size === result && !cropped)) continue;
      gradient = alongAxis(c, gradient, axis, matrix(c, axis, size, result));
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

function staticSizes({ shape }: RuleContext, value: string): (number | undefined)[] {
  return (shape(value) ?? []).map((dim) => (typeof dim === "number" ? dim : undefined));
}

function unknownSizes({ node }: RuleContext, expected: string): OnwardError {
  return new OnwardError("unsupported", {
    expected,
    where: describeNode(node),
    advice: "declare the height and width of the model's input",
  });
}

/** [size, result]: row i is what the op makes of the i-th unit vector. */
function matrix(c: RuleContext, axis: number, size: number, result: number): string {
  const { g, node, rank, constant, x } = c;
  const [, roi = "", scales = "", sizes = ""] = x;
  const policy = stringAttribute(node, "keep_aspect_ratio_policy", "stretch");
  if (policy !== "stretch") throw unknownSizes(c, 'keep_aspect_ratio_policy "stretch"');
  const axes = (intsAttribute(node, "axes") ?? Array.from({ length: rank(x[0] ?? "") }, (_, i) => i)).map(
    (given) => (given + rank(x[0] ?? "")) % rank(x[0] ?? ""),
  );
  const place = axes.indexOf(axis);
  const eye = new Float32Array(size * size);
  for (let i = 0; i < size; i++) eye[i * size + i] = 1;
  const data = constant(scales);
  const scale = scales === "" || data === undefined || data.bytes.length === 0 ? undefined : numbersOf(data)[place];
  if (scales !== "" && scale === undefined && sizes === "") throw unknownSizes(c, "constant scales");
  const attributes: Record<string, string | number | ReturnType<typeof float>> = {
    mode: stringAttribute(node, "mode", "nearest"),
    coordinate_transformation_mode: stringAttribute(node, "coordinate_transformation_mode", "half_pixel"),
    nearest_mode: stringAttribute(node, "nearest_mode", "round_prefer_floor"),
    cubic_coeff_a: float(floatAttribute(node, "cubic_coeff_a", -0.75)),
    exclude_outside: intAttribute(node, "exclude_outside", 0),
    antialias: intAttribute(node, "antialias", 0),
  };
  const cropped = roi === "" ? undefined : constant(roi);
  const bounds = cropped === undefined ? [] : numbersOf(cropped);
  const region =
    bounds.length === 2 * axes.length && place >= 0
      ? g.constant(tensorData("float32", [8], [0, 0, 0, bounds[place] ?? 0, 1, 1, 1, bounds[place + axes.length] ?? 1]))
      : "";
  const identity = g.constant(tensorData("float32", [1, 1, size, size], eye));
  const target =
    scale === undefined
      ? ["", g.ints([1, 1, size, result])]
      : [g.constant(tensorData("float32", [4], [1, 1, 1, scale]))];
  return g.reshape(g.op("Resize", [identity, region, ...target], attributes), [size, result]);
}

/** Multiplies along one axis of size `result` by the transpose of [size, result]. */
function alongAxis({ g, rank, x: [x = ""] }: RuleContext, value: string, axis: number, factor: string): string {
  const last = rank(x) - 1;
  if (axis === last) return product(g, value, factor, 0, 1);
  if (axis === last - 1) return g.matMul(factor, value);
  const perm = Array.from({ length: last + 1 }, (_, i) => (i === axis ? last : i === last ? axis : i));
  return g.transpose(product(g, g.transpose(value, perm), factor, 0, 1), perm);
}
