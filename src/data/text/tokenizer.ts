import { readFile } from "node:fs/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import { OnwardError, show } from "../../core/index.ts";

/** Turns a text into token ids, special ones included, of which at most `maxLength` are kept. */
export interface TextTokenizer {
  encode(text: string): number[];
  /** The id that fills up; absent where the tokenizer has no token for it. */
  readonly padId: number | undefined;
}

/** What is used of the package, whose own types do not resolve under Node's rules. */
interface HuggingFaceTokenizer {
  readonly post_processor: {
    post_process(tokens: string[], pair: null, special: true): { readonly tokens: string[] };
  } | null;
  encode(text: string): { readonly ids: number[] };
  token_to_id(token: string): number | undefined;
}

interface TokenizerPackage {
  readonly Tokenizer: new (tokenizer: object, config: object) => HuggingFaceTokenizer;
}

/** The tokens that fill up in the tokenizers in circulation, where the file does not say. */
const padTokens = ["[PAD]", "<pad>", "<|padding|>", "<|endoftext|>"];

/**
 * Reads a tokenizer.json and compresses it, as a model file holds it.
 *
 * @throws OnwardError `file` when it cannot be read or is none
 */
export async function packTokenizer(path: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const got = cause.code === "ENOENT" ? "no such file" : cause.message;
    throw new OnwardError("file", { expected: "a tokenizer.json to read", got, where: path, cause });
  });
  parse(bytes.toString("utf8"), path);
  // Without the time, so that the same file gives the same text.
  return gzipSync(bytes, { level: 9 }).toString("base64");
}

/**
 * Makes a tokenizer of a packed tokenizer.json, by Hugging Face's tokenizers in JavaScript.
 *
 * Of a longer text the special tokens around it stay, and the first tokens between them.
 *
 * @throws OnwardError `file` when it is none, `usage` when there is no room for a token
 */
export async function openTokenizer(packed: string, maxLength: number, where: string): Promise<TextTokenizer> {
  const json = parse(unpack(packed, where), where);
  const { Tokenizer } = (await import("@huggingface/tokenizers")) as unknown as TokenizerPackage;
  let tokenizer: HuggingFaceTokenizer;
  try {
    tokenizer = new Tokenizer(json, {});
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new OnwardError("file", { expected: "a tokenizer that can be made of its file", got, where, cause });
  }
  // Where a text's tokens stand among the special ones: around a mark that no text has.
  const mark = "\u0000";
  const around = tokenizer.post_processor?.post_process([mark], null, true).tokens ?? [mark];
  const before = around.indexOf(mark);
  const after = around.length - before - 1;
  const room = maxLength - before - after;
  if (room < 1) {
    throw new OnwardError("usage", {
      expected: `a maximum length of more than the ${before + after} special tokens`,
      got: String(maxLength),
      where,
    });
  }
  const { padding } = json as { padding?: { pad_id?: unknown } | null };
  const padToken = padTokens.find((token) => tokenizer.token_to_id(token) !== undefined);
  const padId = typeof padding?.pad_id === "number" ? padding.pad_id : tokenizer.token_to_id(padToken ?? "");
  return {
    padId,
    encode: (text) => {
      const { ids } = tokenizer.encode(text);
      if (ids.length <= maxLength) return ids;
      return [...ids.slice(0, before + room), ...ids.slice(ids.length - after)];
    },
  };
}

function unpack(packed: string, where: string): string {
  try {
    return gunzipSync(Buffer.from(packed, "base64")).toString("utf8");
  } catch (cause) {
    throw new OnwardError("file", { expected: "a packed tokenizer", got: show(packed), where, cause });
  }
}

function parse(text: string, where: string): object {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === "object" && json !== null && "model" in json) return json;
  } catch {
    // What is no JSON is no tokenizer either.
  }
  throw new OnwardError("file", { expected: "a tokenizer.json of Hugging Face's", got: show(text), where });
}
