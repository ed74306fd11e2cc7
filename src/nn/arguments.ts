import { OnwardError, show } from "../core/index.ts";

/** One size for every spatial axis, or one each. */
export type Sizes = number | readonly number[];

/**
 * Checks that a layer's argument is an integer.
 *
 * @throws OnwardError `usage` when it is not, or is below `least`
 */
export function integer(layer: string, name: string, value: number, least = 1): number {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new OnwardError("usage", {
      expected: `${name} to be an integer of at least ${least}`,
      got: show(value),
      where: layer,
    });
  }
  return value;
}

/**
 * Checks that a layer's argument is a number.
 *
 * @throws OnwardError `usage` when it is not finite, or outside of [least, most]
 */
export function number(layer: string, name: string, value: number, least = -Infinity, most = Infinity): number {
  if (typeof value !== "number" || !Number.isFinite(value) || value < least || value > most) {
    const range = least === -Infinity ? "" : most === Infinity ? ` of at least ${least}` : ` in [${least}, ${most}]`;
    throw new OnwardError("usage", { expected: `${name} to be a number${range}`, got: show(value), where: layer });
  }
  return value;
}

/**
 * Spreads an argument over the spatial axes.
 *
 * @throws OnwardError `usage` when there are more or fewer than `rank`, or one is not an integer of at least `least`
 */
export function sizes(layer: string, name: string, value: Sizes, rank: number, least = 1): readonly number[] {
  const list = typeof value === "number" ? Array.from({ length: rank }, () => value) : value;
  if (!Array.isArray(list) || list.length !== rank) {
    throw new OnwardError("usage", {
      expected: `${name} to be one number or ${rank}`,
      got: show(value),
      where: layer,
    });
  }
  return list.map((size: number) => integer(layer, name, size, least));
}
