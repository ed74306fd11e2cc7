import type { GraphBuilder } from "../graph/index.ts";
import { shaped } from "./shaped.ts";

/**
 * Emits loss missed^gamma, with `missed` the probability that was not given to the truth.
 *
 * Below gamma = 1 the slope of the power is infinite at 0, and infinity times the loss there, which is 0, would be NaN. So 1e-30
 * is added, which changes no number that float32 tells from 0 by more than its rounding.
 */
export function focused(g: GraphBuilder, loss: string, missed: string, gamma: number): string {
  if (gamma === 0) return loss;
  const like = shaped(g, g.shapeOf(loss));
  const base = gamma < 1 ? like(g.add(missed, 1e-30)) : missed;
  const factor = gamma === 1 ? base : gamma === 2 ? like(g.square(base)) : like(g.pow(base, gamma));
  return like(g.mul(loss, factor));
}
