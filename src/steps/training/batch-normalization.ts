import { elementCount, OnwardError } from "../../core/index.ts";
import { describeNode, floatAttribute, isStatic, type Node } from "../../graph/index.ts";
import type { TrainingContext } from "./training-context.ts";

/**
 * Normalises by the batch's own statistics and moves the running ones towards them, as PyTorch's BatchNorm does in training.
 *
 * running = m running + (1 - m) batch, with m ONNX's momentum (1 minus PyTorch's). The runtime uses the population variance;
 * PyTorch the unbiased one, larger by f = n / (n - 1) for n values a channel. With r the running variance before and o what
 * the runtime gives, m r + (1 - m) f v = f o + m (1 - f) r.
 *
 * One value a channel has no variance: where every batch is like that it is an error; a last batch that happens to be leaves the
 * running variance as it is.
 *
 * The runtime writes the new statistics into the memory of the old ones, even where others still read them or the caller
 * owns them, so it is given copies.
 */
export function batchNormalization(node: Node, { g, kept, keep }: TrainingContext): void {
  const [x = "", scale = "", shift = "", meanName = "", varianceName = ""] = node.inputs;
  const [mean, variance] = [kept(meanName), kept(varianceName)];
  const [y = ""] = node.outputs;
  const momentum = floatAttribute(node, "momentum", 0.9);
  const [newMean, newVariance] = [g.fresh("mean"), g.fresh("variance")];
  const attributes = new Map(node.attributes).set("training_mode", { kind: "int", value: 1 });
  const inputs = [x, scale, shift, copy(mean), copy(variance)];
  g.node({ ...node, inputs, outputs: [y, newMean, newVariance], attributes });
  keep(meanName, newMean);
  keep(varianceName, unbiased(newVariance));

  function unbiased(population: string): string {
    const shape = g.shapeOf(x);
    if (isStatic(shape)) {
      const n = elementCount(shape.toSpliced(1, 1));
      if (n === 1) throw singleValue(node);
      const factor = n / (n - 1);
      return g.add(g.mul(population, factor), g.mul(variance, momentum * (1 - factor)));
    }
    const n = g.op("Cast", [g.div(g.op("Size", [x]), g.op("Size", [scale]))], { to: 1 });
    const factor = g.castLike(g.div(n, g.sub(n, 1)), variance);
    const moved = g.add(g.mul(population, factor), g.mul(g.mul(variance, momentum), g.sub(1, factor)));
    return g.where(g.equal(n, 1), variance, moved);
  }

  // The larger of a value and itself: unlike Identity, the runtime does not optimise it away.
  function copy(value: string): string {
    return g.op("Max", [value, value]);
  }
}

function singleValue(node: Node): OnwardError {
  return new OnwardError("data", {
    expected: "more than one value for each channel, to take the batch's statistics of",
    got: "1",
    where: describeNode(node),
    advice: "train with larger batches or images, or freeze this batch normalisation",
  });
}
