import type { GraphBuilder } from "../graph/index.ts";

/** What a normalisation computes of x over some axes: the inverse deviation and the standardised values. */
export interface Standardized {
  readonly inverse: string;
  readonly values: string;
}

/** Standardises x over axes: values = (x - mean) inverse, inverse = 1 / sqrt(mean((x - mean)^2) + epsilon). */
export function standardize(g: GraphBuilder, x: string, axes: readonly number[], epsilon: number): Standardized {
  const centred = g.sub(x, g.mean(x, axes, 1));
  const inverse = g.reciprocal(g.sqrt(g.add(g.mean(g.square(centred), axes, 1), epsilon)));
  return { inverse, values: g.mul(centred, inverse) };
}

/**
 * The gradient of x from that of its standardised values v: dx = inverse (dv - mean(dv) - v mean(dv v)), since the mean and
 * the deviation depend on x too.
 */
export function standardizeGradient(
  g: GraphBuilder,
  { inverse, values }: Standardized,
  dv: string,
  axes: readonly number[],
): string {
  const shift = g.mean(dv, axes, 1);
  const stretch = g.mul(values, g.mean(g.mul(dv, values), axes, 1));
  return g.mul(inverse, g.sub(g.sub(dv, shift), stretch));
}
