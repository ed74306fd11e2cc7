import { elementCount, OnwardError } from "../../core/index.ts";
import { describeNode, floatAttribute, isStatic, type Node } from "../../graph/index.ts";
import type { TrainingContext } from "./training-context.ts";

/**
 * Normalises by the batch's own statistics and moves the running ones towards them, as PyTorch's BatchNorm does in training.
 *
 * running = m running + (1 - m) batch, with m ONNX's momentum (1 minus PyTorch's). The node is given a momentum of 0, so that it
 * tells the batch's statistics, which the gradient needs too. Its variance is the population's; PyTorch takes the unbiased
 * one, larger by n / (n - 1) for n values a channel.
 *
 * One value a channel has no variance: where every batch is like that it is an error; a last batch that happens to be leaves the
 * running variance as it is.
 *
 * The runtime writes the statistics that it gives into the memory of those that it is given, even where others still read
 * them or the caller owns them, so it is given copies.
 */
export function batchNormalization(node: Node, { g, kept, keep }: TrainingContext): void {
  const [x = "", scale = "", shift = "", meanName = "", varianceName = ""] = node.inputs;
  const [mean, variance] = [kept(meanName), kept(varianceName)];
  const [y = ""] = node.outputs;
  const momentum = floatAttribute(node, "momentum", 0.9);
  const [batchMean, batchVariance] = [g.fresh("mean"), g.fresh("variance")];
  const attributes = new Map(node.attributes)
    .set("training_mode", { kind: "int", value: 1 })
    .set("momentum", { kind: "float", value: 0 });
  const inputs = [x, scale, shift, copy(mean), copy(variance)];
  g.node({ ...node, inputs, outputs: [y, batchMean, batchVariance], attributes });
  keep(meanName, moved(mean, g.mul(batchMean, 1 - momentum)));
  keep(varianceName, unbiased());

  function moved(before: string, share: string): string {
    return g.add(g.mul(before, momentum), share);
  }

  function unbiased(): string {
    const shape = g.shapeOf(x);
    if (isStatic(shape)) {
      const n = elementCount(shape.toSpliced(1, 1));
      if (n === 1) throw singleValue(node);
      return moved(variance, g.mul(batchVariance, (1 - momentum) * (n / (n - 1))));
    }
    const n = g.castLike(g.div(g.op("Size", [x]), g.op("Size", [scale])), variance);
    const share = g.mul(g.mul(batchVariance, 1 - momentum), g.div(n, g.sub(n, 1)));
    return g.where(g.equal(n, 1), variance, moved(variance, share));
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
