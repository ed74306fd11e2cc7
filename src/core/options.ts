import { OnwardError, show } from "./errors.ts";

/**
 * Checks that an object has no option of another name, so that a misspelt one is not silently without effect.
 *
 * @param where - the function whose options they are
 * @throws OnwardError `usage` that lists the names it could have meant
 */
export function checkOptionNames(where: string, options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw new OnwardError("usage", { expected: `an option of ${known.join(", ")}`, got: show(name), where });
  }
}

/** Which numbers an option may have. */
export interface NumberRange {
  readonly least?: number;
  /** The number that it must exceed. */
  readonly above?: number;
  readonly most?: number;
  /** The number that it must stay below. */
  readonly below?: number;
}

/**
 * Checks that an option is a finite number in a range.
 *
 * @param where - the function whose option it is
 * @throws OnwardError `usage` otherwise
 */
export function checkNumber(where: string, name: string, value: unknown, range: NumberRange = {}): number {
  const { least = -Infinity, above = -Infinity, most = Infinity, below = Infinity } = range;
  const fits = (n: number) => Number.isFinite(n) && n >= least && n > above && n <= most && n < below;
  if (typeof value === "number" && fits(value)) return value;
  throw new OnwardError("usage", { expected: `${name} to be a number${inWords(range)}`, got: show(value), where });
}

function inWords({ least, above, most, below }: NumberRange): string {
  if (above !== undefined) return ` above ${above}`;
  if (most !== undefined) return ` in [${least ?? "-∞"}, ${most}]`;
  if (below !== undefined) return ` in [${least ?? "-∞"}, ${below})`;
  return least === undefined ? "" : ` of at least ${least}`;
}

/**
 * Checks that an option is one of a few texts.
 *
 * @throws OnwardError `usage` otherwise
 */
export function checkChoice<T extends string>(where: string, name: string, value: T, choices: readonly T[]): T {
  if (choices.includes(value)) return value;
  throw new OnwardError("usage", { expected: `${name} to be one of ${choices.join(", ")}`, got: show(value), where });
}
