const words = new Map([
  ["NaN", NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
]);

/**
 * Writes a report as JSON: a number that is not finite becomes the text "NaN", "Infinity" or "-Infinity", and what is
 * undefined is left out.
 *
 * @example
 * ```ts
 * import { toJson } from "onward/metrics";
 * toJson({ loss: NaN, accuracy: undefined, samples: 3 }); // '{"loss":"NaN","samples":3}'
 * ```
 */
export function toJson(value: unknown, indent?: number): string {
  const write = (_key: string, item: unknown) =>
    typeof item === "number" && !Number.isFinite(item) ? String(item) : item;
  return JSON.stringify(value, write, indent);
}

/**
 * Reads what `toJson` wrote: the three texts become numbers again, wherever they stand as a value.
 *
 * @throws SyntaxError when the text is not JSON
 */
export function fromJson(text: string): unknown {
  return JSON.parse(text, (_key, item: unknown) => (typeof item === "string" ? (words.get(item) ?? item) : item));
}
