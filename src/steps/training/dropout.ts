import { hashText, OnwardError } from "../../core/index.ts";
import { dataTypeNumber, describeNode, isStatic, numbersOf, tensorData, type Node } from "../../graph/index.ts";
import type { TrainingContext } from "./training-context.ts";

/**
 * Drops each element with probability p and scales the others by 1 / (1 - p).
 *
 * The mask is a function of (seed, step, sample, node, position), so it repeats in a resumed run and does not depend on how a batch
 * is split: the hash of node and position times the key of seed, step and sample, both odd, in unsigned 32-bit arithmetic, drops
 * where it is below p 2^32. Of such products any two are as good as independent ("A Reliable Randomized Algorithm for the
 * Closest-Pair Problem", Dietzfelbinger et al., 1997), and they cost one pass over memory where hashing each element anew takes
 * ten. Where the first dimension is not known to be the samples', the position counts over the whole tensor, and the first
 * sample's key stands for all.
 */
export function dropout(node: Node, { g, prepared, keys }: TrainingContext): void {
  const [x = "", ratioName = ""] = node.inputs;
  const [y = "", maskName = ""] = node.outputs;
  const ratio = ratioName === "" ? 0.5 : constantRatio(node, ratioName, g.constantOf(ratioName));
  if (ratio === 0) {
    identity(y, x);
    if (maskName !== "") identity(maskName, g.op("Expand", [g.scalar(1, "bool"), g.shape(x)]));
    return;
  }
  const shape = g.shapeOf(x);
  const bySample = shape !== undefined && shape[0] === prepared.batch && prepared.batch !== undefined;
  const inner = bySample ? shape.slice(1) : undefined;
  const salt = hashText(node.outputs[0] ?? "", 0);

  const odd = g.op("BitwiseOr", [keys(), g.scalar(1, "uint32")]);
  const key = bySample
    ? g.reshape(odd, [-1, ...shape.slice(1).map(() => 1)])
    : g.op("Gather", [odd, g.int(0)], { axis: 0 });
  const places =
    inner !== undefined && isStatic(inner)
      ? g.constant(hashedPlaces([1, ...inner], salt), "places")
      : hashed(g.op("Cast", [countUp(x)], { to: 12 }));
  const bits = g.mul(places, key);
  // bits >= least, as one op; with a ratio of 1 it does not matter which are kept.
  const least = Math.min(Math.max(Math.round(ratio * 2 ** 32), 1), 2 ** 32 - 1);
  const kept = g.op("Less", [g.scalar(least - 1, "uint32"), bits]);
  const scale = g.mul(asFloat(kept), ratio === 1 ? 0 : 1 / (1 - ratio));
  g.node({ op: "Mul", domain: "", name: node.name, inputs: [x, scale], outputs: [y], attributes: new Map() });
  if (maskName !== "") identity(maskName, kept);

  function identity(name: string, value: string): void {
    g.node({ op: "Identity", domain: "", name, inputs: [value], outputs: [name], attributes: new Map() });
  }
  function asFloat(mask: string): string {
    const type = g.typeOf(x);
    return type === undefined ? g.castLike(mask, x) : g.op("Cast", [mask], { to: dataTypeNumber(type) });
  }
  function countUp(value: string): string {
    const size = g.op("Size", [value]);
    return g.reshape(g.op("Range", [g.int(0), size, g.int(1)]), g.shape(value));
  }
  /** As `hashedPlaces`, where the number of places is only known when the graph runs. */
  function hashed(positions: string): string {
    const shifted = (value: string, by: number) =>
      g.op("BitwiseXor", [value, g.op("BitShift", [value, g.scalar(by, "uint32")], { direction: "RIGHT" })]);
    const first = g.mul(shifted(g.add(g.mul(positions, 0x9e3779b1), salt), 16), 0x7feb352d);
    const second = g.mul(shifted(first, 15), 0x846ca68b);
    return g.op("BitwiseOr", [shifted(second, 16), g.scalar(1, "uint32")]);
  }
}

function constantRatio(node: Node, name: string, data: Parameters<typeof numbersOf>[0] | undefined): number {
  const ratio = data === undefined ? undefined : numbersOf(data)[0];
  if (ratio === undefined || !(ratio >= 0 && ratio <= 1)) {
    throw new OnwardError("unsupported", {
      expected: "the ratio of a Dropout to be a constant in [0, 1]",
      got: ratio === undefined ? `the computed value ${JSON.stringify(name)}` : String(ratio),
      where: describeNode(node),
    });
  }
  return ratio;
}

/** An odd hash of each position and of the node's own salt. */
function hashedPlaces(dims: readonly number[], salt: number): ReturnType<typeof tensorData> {
  const count = dims.reduce((n, d) => n * d, 1);
  const hashes = Uint32Array.from({ length: count }, (_, i) => {
    const start = Math.imul(i, 0x9e3779b1) + salt;
    const first = Math.imul(start ^ (start >>> 16), 0x7feb352d);
    const second = Math.imul(first ^ (first >>> 15), 0x846ca68b);
    return (second ^ (second >>> 16)) | 1;
  });
  return tensorData("uint32", dims, hashes);
}
