import { OnwardError } from "../../core/errors.ts";
import { describeNode, intAttribute, numbersOf, tensorData, type GraphBuilder } from "../../graph/index.ts";
import { flatIndices, scatterAdd } from "../scatter-add.ts";
import { rule, type Family, type RuleContext } from "../rule.ts";

/**
 * Fourier transforms. Each is linear, so its gradient is its adjoint: complex numbers are pairs of reals, and to them the
 * adjoint of F is its conjugate transpose, which is n times the inverse transform; that of the inverse is F / n.
 */
export const spectra: Family = {
  // Y = F X: dX = n F^-1 dY. Y = F^-1 X: dX = F dY / n. Bins that one side leaves out have no gradient.
  DFT: rule((c) => {
    const {
      g,
      x: [x = "", length = "", axisName = ""],
      y: [y = ""],
      dy: [dy = ""],
    } = c;
    const given = axisName === "" ? -2 : integer(c, axisName);
    const axis = given < 0 ? given + c.rank(x) : given;
    const inverse = intAttribute(c.node, "inverse", 0) === 1;
    const onesided = intAttribute(c.node, "onesided", 0) === 1;
    const from = size(c, x, axis);
    const n = onesided && !inverse ? (length === "" ? from : integer(c, length)) : size(c, y, axis);
    if (inverse && onesided && binsOf(n) !== from) {
      const few = 2 * from - 2;
      throw wrongInRuntime(c, `an inverse of ${few} or ${few + 1} numbers of ${from} bins`, `${n}`);
    }
    const transform = { n, axis, parts: parts(c, x), rank: c.rank(x) };
    const whole = inverse ? inverseAdjoint(g, dy, transform, onesided) : adjoint(g, dy, transform);
    return [resized(g, whole, axis, from, c.rank(x))];
  }),
  // Frames of the signal times the window, each transformed: dFrames is the transform's, and frames that overlap add up
  STFT: rule((c) => {
    const {
      g,
      x: [x = "", stepName = "", window = ""],
      y: [y = ""],
      dy: [dy = ""],
    } = c;
    const rank = c.rank(x);
    if (rank === 3 && size(c, x, 2) !== 1) throw wrongInRuntime(c, "real numbers", "complex ones");
    const step = integer(c, stepName);
    const [frames, bins] = [size(c, y, 1), size(c, y, 2)];
    const lengthName = c.x[3] ?? "";
    const windowed = window === "" ? bins : size(c, window, 0);
    const n = lengthName === "" ? windowed : integer(c, lengthName);
    const places = Array.from({ length: frames * n }, (_, i) => Math.floor(i / n) * step + (i % n));
    const index = g.constant(tensorData("int64", [frames, n], places), "frames");
    const framed = (value: string) => g.op("Gather", [value, index], { axis: 1 });
    const spread = adjoint(g, dy, { n, axis: 2, parts: rank === 2 ? g.ints([1]) : parts(c, x), rank: 4 });
    const gradient = rank === 2 ? g.squeeze(spread, [3]) : spread;
    const weights = window === "" ? undefined : g.unsqueeze(window, rank === 2 ? [0, 1] : [0, 1, 3]);
    const summed = Array.from({ length: rank + 1 }, (_, axis) => axis).filter((axis) => axis !== 2);
    return [
      c.needs(0)
        ? scatterAdd(g, x, framed(flatIndices(g, x)), weights === undefined ? gradient : g.mul(gradient, weights))
        : undefined,
      undefined,
      c.needs(2) ? g.sum(g.mul(gradient, framed(x)), summed) : undefined,
    ];
  }),
};

interface Transform {
  /** How many numbers are transformed. */
  readonly n: number;
  readonly axis: number;
  /** Of how many parts each is, as a value: one where they are real, two where they are complex. */
  readonly parts: string;
  readonly rank: number;
}

/** The adjoint of a transform, of all bins or the first ones. */
function adjoint(g: GraphBuilder, dy: string, { n, axis, parts, rank }: Transform): string {
  const full = padded(g, dy, axis, n, rank);
  const dx = g.mul(g.op("DFT", [full, "", g.int(axis)], { inverse: 1 }), n);
  return g.op("Slice", [dx, g.ints([0]), parts, g.ints([rank - 1])]);
}

/** The adjoint of an inverse transform; of one side, every bin but the first and the middle one stands for two. */
function inverseAdjoint(g: GraphBuilder, dy: string, { n, axis, parts, rank }: Transform, onesided: boolean): string {
  const dx = g.div(g.op("DFT", [dy, "", g.int(axis)], { onesided: onesided ? 1 : 0 }), n);
  if (!onesided) return g.op("Slice", [dx, g.ints([0]), parts, g.ints([rank - 1])]);
  const bins = binsOf(n);
  const times = Array.from({ length: bins }, (_, k) => (k === 0 || 2 * k === n ? 1 : 2));
  const dims = Array.from({ length: rank }, (_, i) => (i === axis ? bins : 1));
  return g.mul(dx, g.castLike(g.constant(tensorData("float32", dims, times)), dx));
}

/** How many bins one side has of n numbers. */
function binsOf(n: number): number {
  return Math.floor(n / 2) + 1;
}

// ONNX Runtime 1.30 inverts wrongly where bins are cut off or filled up, and reads other memory for complex frames
function wrongInRuntime(c: RuleContext, expected: string, got: string): OnwardError {
  return new OnwardError("unsupported", {
    expected,
    got,
    where: describeNode(c.node),
    advice:
      "ONNX Runtime computes this use of the op wrong, so it cannot be trained through: export the model without it",
  });
}

function parts(c: RuleContext, x: string): string {
  const known = c.dim(x, -1);
  return typeof known === "number" ? c.g.ints([known]) : c.g.op("Shape", [x], { start: -1 });
}

/** Cut, or filled up with zeros, to a size along an axis. */
function resized(g: GraphBuilder, x: string, axis: number, to: number, rank: number): string {
  return g.op("Slice", [padded(g, x, axis, to, rank), g.ints([0]), g.ints([to]), g.ints([axis])]);
}

function padded(g: GraphBuilder, x: string, axis: number, to: number, rank: number): string {
  const dim = g.op("Shape", [x], { start: axis, end: axis + 1 });
  const missing = g.op("Max", [g.sub(g.ints([to]), dim), g.ints([0])]);
  const none = (count: number) => g.ints(Array.from({ length: count }, () => 0));
  const pads = g.concat([none(rank + axis), missing, none(rank - axis - 1)], 0);
  return g.op("Pad", [x, pads]);
}

function integer(c: RuleContext, name: string): number {
  const data = c.constant(name);
  if (data !== undefined) return numbersOf(data)[0] ?? 0;
  throw new OnwardError("unsupported", {
    expected: "the lengths and the axis of a transform to be constants",
    got: `the computed value ${JSON.stringify(name)}`,
    where: describeNode(c.node),
  });
}

function size(c: RuleContext, name: string, axis: number): number {
  const dim = c.dim(name, axis);
  if (typeof dim === "number") return dim;
  throw new OnwardError("unsupported", {
    expected: "the sizes that are transformed to be known before the graph runs",
    got: "symbolic ones",
    where: describeNode(c.node),
    advice: "declare the shapes of the model's inputs",
  });
}
