import { isFiniteNumber, isListOfTexts } from "../json-checks.ts";

/** The inputs that an encoder may have, by the names that exporters give them. */
export const textInputs = ["input_ids", "attention_mask", "token_type_ids"] as const;

/** The name of an input of an encoder. */
export type TextInput = (typeof textInputs)[number];

/**
 * How a text becomes the int64 inputs of an encoder, each of shape [maxLength].
 *
 * The text is split into tokens, of which so many are kept that `maxLength` tokens remain with the special ones around them; the rest
 * is filled with `padId`. `attention_mask` is 1 for tokens and 0 for what fills up; `token_type_ids` are 0.
 */
export interface TextPreprocessing {
  readonly version: 1;
  readonly kind: "text";
  readonly label: string;
  /** The column of texts. */
  readonly text: string;
  readonly inputs: readonly TextInput[];
  readonly maxLength: number;
  readonly padId: number;
  /** The tokenizer.json, compressed by gzip, in base64. */
  readonly tokenizer: string;
}

/** Whether an object from JSON is one. */
export function isTextPreprocessing(value: object): value is TextPreprocessing {
  const { label, text, inputs, maxLength, padId, tokenizer } = value as Record<string, unknown>;
  const named = typeof label === "string" && typeof text === "string" && typeof tokenizer === "string";
  const known = isListOfTexts(inputs) && inputs.every((name) => (textInputs as readonly string[]).includes(name));
  return named && known && isFiniteNumber(maxLength) && maxLength >= 1 && isFiniteNumber(padId);
}
