import { floatAttribute, type Node } from "../../graph/index.ts";
import type { TrainingContext } from "./training-context.ts";

/**
 * Normalises by the batch's own statistics and moves the running ones towards them, as PyTorch's BatchNorm does in training.
 *
 * running = m running + (1 - m) batch, with m ONNX's momentum (1 minus PyTorch's). The runtime uses the population variance;
 * PyTorch the unbiased one, larger by f = n / (n - 1) for n values a channel. With r the running variance before and o what
 * the runtime gives, m r + (1 - m) f v = f o + m (1 - f) r.
 *
 * The runtime writes the new statistics into the memory of the old ones, even where others still read them or the caller
 * owns them, so it is given copies.
 */
export function batchNormalization(node: Node, { g, keep }: TrainingContext): void {
  const [x = "", scale = "", shift = "", mean = "", variance = ""] = node.inputs;
  const [y = ""] = node.outputs;
  const momentum = floatAttribute(node, "momentum", 0.9);
  const [newMean, newVariance] = [g.fresh("mean"), g.fresh("variance")];
  const attributes = new Map(node.attributes).set("training_mode", { kind: "int", value: 1 });
  const inputs = [x, scale, shift, copy(mean), copy(variance)];
  g.node({ ...node, inputs, outputs: [y, newMean, newVariance], attributes });
  const perChannel = g.op("Cast", [g.op("Div", [g.op("Size", [x]), g.op("Size", [mean])])], { to: 1 });
  const factor = g.castLike(g.div(perChannel, g.sub(perChannel, 1)), variance);
  const correction = g.mul(g.mul(variance, momentum), g.sub(1, factor));
  keep(mean, newMean);
  keep(variance, g.add(g.mul(newVariance, factor), correction));

  // The larger of a value and itself: unlike Identity, the runtime does not optimise it away.
  function copy(value: string): string {
    return g.op("Max", [value, value]);
  }
}
