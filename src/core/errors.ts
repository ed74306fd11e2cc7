/** What kind of thing went wrong. Stable: programs may branch on it. */
export type ErrorCode =
  | "usage" // an option or argument is wrong
  | "data" // a data set, batch, label or value is wrong
  | "file" // a file is absent, unreadable, truncated or of another format
  | "model" // an ONNX model is malformed, or its inputs and outputs do not fit
  | "unsupported" // valid, and this library or the runtime cannot do it
  | "diverged" // a loss or a parameter is no longer finite
  | "runtime"; // the runtime failed while it computed

/** The parts of the sentence. Each says one thing, and none ends in a full stop. */
export interface ErrorFields {
  /** What was expected: "label to be in [0, 10)". */
  readonly expected: string;
  /** What came instead: "12". */
  readonly got?: string;
  /** Where: a file and row, a node, an option. */
  readonly where?: string;
  /** What to do about it. */
  readonly advice?: string;
  /** What was caught, for programs; not part of the sentence. */
  readonly cause?: unknown;
}

/**
 * The one error class: a code and fields; the sentence is made from them.
 *
 * @example
 * ```ts
 * import { OnwardError } from "onward/core";
 * const error = new OnwardError("data", { expected: "label to be in [0, 10)", got: "12", where: "val.csv, row 391" });
 * error.message; // "Expected label to be in [0, 10), got 12 (val.csv, row 391)."
 * ```
 */
export class OnwardError extends Error {
  readonly code: ErrorCode;
  readonly fields: ErrorFields;

  constructor(code: ErrorCode, fields: ErrorFields) {
    super(sentence(fields), fields.cause === undefined ? undefined : { cause: fields.cause });
    this.name = "OnwardError";
    this.code = code;
    this.fields = fields;
  }
}

function sentence({ expected, got, where, advice }: ErrorFields): string {
  const found = got === undefined ? "" : `, got ${got}`;
  const place = where === undefined ? "" : ` (${where})`;
  const hint = advice === undefined ? "" : ` ${advice[0]?.toUpperCase() ?? ""}${advice.slice(1)}.`;
  return `Expected ${expected}${found}${place}.${hint}`;
}

/** Names a value for an error: its text, cut at 60 characters, with what a terminal would act on made visible. */
export function show(value: unknown): string {
  const text =
    typeof value === "string" ? JSON.stringify(value) : Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
  // eslint-disable-next-line no-control-regex -- control characters are exactly what must not reach the terminal
  const safe = text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "\uFFFD");
  return safe.length > 60 ? `${safe.slice(0, 57)}...` : safe;
}
