const words: Readonly<Record<string, number>> = { NaN, Infinity, "-Infinity": -Infinity };

/**
 * Writes a value as JSON: a number that is not finite becomes the text "NaN", "Infinity" or "-Infinity", and what is
 * undefined is left out.
 *
 * @param indent - spaces per level; one line if absent
 *
 * @example
 * ```ts
 * import { stringify } from "onward/core";
 * stringify({ loss: NaN, accuracy: undefined, samples: 3 }); // '{"loss":"NaN","samples":3}'
 * ```
 */
export function stringify(value: object, indent?: number): string {
  const write = (_key: string, item: unknown): unknown =>
    typeof item === "number" && !Number.isFinite(item) ? String(item) : item;
  return JSON.stringify(value, write, indent);
}

/**
 * Reads what `stringify` wrote: the three texts become numbers again, wherever they stand as a value. Not for records
 * that hold names chosen by people, one of whom may be called NaN.
 *
 * @throws SyntaxError when the text is not JSON
 */
export function parse(text: string): unknown {
  return JSON.parse(text, (_key, item: unknown) =>
    typeof item === "string" && Object.hasOwn(words, item) ? words[item] : item,
  );
}
