import { hashText, OnwardError } from "../../core/index.ts";
import { describeNode, isStatic, numbersOf, tensorData, type Node } from "../../graph/index.ts";
import type { TrainingContext } from "./training-context.ts";

/**
 * Drops each element with probability p and scales the others by 1 / (1 - p).
 *
 * The mask is a function of (seed, step, sample, node, position): a counter is hashed by xor-shift and multiply in unsigned
 * 32-bit arithmetic. So it repeats in a resumed run and does not depend on how a batch is split. Where the first dimension is
 * not known to be the samples', the position counts over the whole tensor, and the first sample's key stands for all.
 */
export function dropout(node: Node, { g, prepared, keys }: TrainingContext): void {
  const [x = "", ratioName = ""] = node.inputs;
  const [y = "", maskName = ""] = node.outputs;
  const ratio = ratioName === "" ? 0.5 : constantRatio(node, ratioName, g.constantOf(ratioName));
  const shape = g.shapeOf(x);
  const bySample = shape !== undefined && shape[0] === prepared.batch && prepared.batch !== undefined;
  const inner = bySample ? shape.slice(1) : undefined;
  const salt = hashText(node.outputs[0] ?? "", 0);

  const key = bySample
    ? g.reshape(keys(), [-1, ...shape.slice(1).map(() => 1)])
    : g.op("Gather", [keys(), g.int(0)], { axis: 0 });
  const positions =
    inner !== undefined && isStatic(inner)
      ? g.constant(counter([1, ...inner], salt), "positions")
      : g.add(g.op("Cast", [countUp(x)], { to: 12 }), salt);
  const bits = scramble(g.add(positions, key));
  // Of the 32 bits the upper 24 make a float exactly.
  const uniform = g.mul(g.op("Cast", [shift(bits, 8)], { to: 1 }), 2 ** -24);
  const kept = g.op("Not", [g.less(uniform, ratio)]);
  const scale = g.mul(g.castLike(kept, x), ratio === 1 ? 0 : 1 / (1 - ratio));
  g.node({ op: "Mul", domain: "", name: node.name, inputs: [x, scale], outputs: [y], attributes: new Map() });
  if (maskName !== "")
    g.node({ op: "Identity", domain: "", name: maskName, inputs: [kept], outputs: [maskName], attributes: new Map() });

  function countUp(value: string): string {
    const size = g.op("Size", [value]);
    return g.reshape(g.op("Range", [g.int(0), size, g.int(1)]), g.shape(value));
  }
  function shift(value: string, by: number): string {
    return g.op("BitShift", [value, g.scalar(by, "uint32")], { direction: "RIGHT" });
  }
  function scramble(value: string): string {
    const first = g.mul(g.op("BitwiseXor", [value, shift(value, 16)]), 0x7feb352d);
    const second = g.mul(g.op("BitwiseXor", [first, shift(first, 15)]), 0x846ca68b);
    return g.op("BitwiseXor", [second, shift(second, 16)]);
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

/** Positions times an odd constant, plus the node's own salt: distinct inputs for the hash. */
function counter(dims: readonly number[], salt: number): ReturnType<typeof tensorData> {
  const count = dims.reduce((n, d) => n * d, 1);
  return tensorData(
    "uint32",
    dims,
    Uint32Array.from({ length: count }, (_, i) => (Math.imul(i, 0x9e3779b1) + salt) >>> 0),
  );
}
