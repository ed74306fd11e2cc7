import { OnwardError, show } from "../core/index.ts";

/** What a number may be. */
export interface Limits {
  readonly minimum?: number;
  readonly maximum?: number;
}

/**
 * Reads the number of an option.
 *
 * @throws OnwardError `usage` when it is not a finite number within the limits
 */
export function numberOption(name: string, text: string, limits: Limits = {}): number {
  const value = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : NaN;
  const { minimum = -Infinity, maximum = Infinity } = limits;
  if (Number.isFinite(value) && value >= minimum && value <= maximum) return value;
  throw new OnwardError("usage", { expected: `--${name} to be a number${range(limits)}`, got: show(text) });
}

/**
 * Reads the integer of an option.
 *
 * @throws OnwardError `usage` when it is not an integer within the limits
 */
export function integerOption(name: string, text: string, limits: Limits = {}): number {
  const value = /^[-+]?\d+$/.test(text) ? Number(text) : NaN;
  const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = limits;
  if (value >= minimum && value <= maximum) return value;
  throw new OnwardError("usage", { expected: `--${name} to be an integer${range(limits)}`, got: show(text) });
}

/**
 * Reads numbers separated by commas.
 *
 * @throws OnwardError `usage` when one is not a finite number within the limits
 */
export function numbersOption(name: string, text: string, limits: Limits = {}): number[] {
  return text.split(",").map((part) => numberOption(name, part.trim(), limits));
}

/**
 * Reads texts separated by commas.
 *
 * @throws OnwardError `usage` when one is empty
 */
export function listOption(name: string, text: string): string[] {
  const parts = text.split(",").map((part) => part.trim());
  if (parts.every((part) => part !== "")) return parts;
  throw new OnwardError("usage", { expected: `--${name} to be texts separated by commas`, got: show(text) });
}

/**
 * Reads one of several words.
 *
 * @throws OnwardError `usage` when it is none of them
 */
export function choiceOption<const Choice extends string>(
  name: string,
  text: string,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((candidate) => candidate === text);
  if (choice !== undefined) return choice;
  throw new OnwardError("usage", { expected: `--${name} to be one of ${choices.join(", ")}`, got: show(text) });
}

/**
 * Reads an option that has to be given.
 *
 * @param forms - what it takes
 * @throws OnwardError `usage` when it is not
 */
export function requiredOption(name: string, text: string | undefined, forms: string): string {
  if (text !== undefined) return text;
  throw new OnwardError("usage", { expected: `--${name} ${forms}`, got: "none" });
}

function range({ minimum, maximum }: Limits): string {
  if (minimum === Number.MIN_VALUE && maximum === undefined) return " above 0";
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return ` of at least ${minimum}`;
  return maximum === undefined ? "" : ` of at most ${maximum}`;
}

/** Reads the value of an option where it is given. */
export function optionalOption<T>(text: string | undefined, read: (text: string) => T): T | undefined {
  return text === undefined ? undefined : read(text);
}
