import { OnwardError, show } from "../core/errors.ts";

const alphabet = new TextEncoder().encode("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const padding = "=".charCodeAt(0);
const decoder = new TextDecoder();
const unknown = 64;
const values = new Uint8Array(256).fill(unknown);
for (const [value, code] of alphabet.entries()) values[code] = value;

/**
 * Writes the memory of numbers as text, in base64: every bit comes back, NaN and infinities too, in a third of the place that digits
 * take.
 */
export function bytesToText({ buffer, byteOffset, byteLength }: Float64Array | Int32Array): string {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  const text = new Uint8Array(Math.ceil(byteLength / 3) * 4).fill(padding);
  const put = (at: number, sextet: number) => (text[at] = alphabet[sextet & 63] as number);
  for (let from = 0, to = 0; from < byteLength; from += 3, to += 4) {
    const left = byteLength - from;
    const [a, b, c] = [bytes[from] as number, bytes[from + 1] ?? 0, bytes[from + 2] ?? 0];
    put(to, a >> 2);
    put(to + 1, (a << 4) | (b >> 4));
    if (left > 1) put(to + 2, (b << 2) | (c >> 6));
    if (left > 2) put(to + 3, c);
  }
  return decoder.decode(text);
}

/**
 * Reads what `bytesToText` wrote.
 *
 * @throws OnwardError `data` when it is no text of whole numbers' bytes
 */
export function bytesFromText(text: unknown, bytesEach: number, where: string): ArrayBuffer {
  const refuse = () =>
    new OnwardError("data", { expected: `numbers of ${bytesEach} bytes each in base64`, got: show(text), where });
  if (typeof text !== "string" || text.length % 4 !== 0) throw refuse();
  const sextets = text.replace(/={1,2}$/, "").length;
  const bytes = new Uint8Array(Math.floor((sextets * 3) / 4));
  if (bytes.length % bytesEach !== 0) throw refuse();
  for (let from = 0, to = 0; from < sextets; from += 4, to += 3) {
    let bits = 0;
    for (let i = 0; i < 4; i++) {
      const value = from + i < sextets ? (values[text.charCodeAt(from + i)] ?? unknown) : 0;
      if (value === unknown) throw refuse();
      bits = (bits << 6) | value;
    }
    // What lies behind the end is not kept.
    bytes[to] = bits >> 16;
    bytes[to + 1] = bits >> 8;
    bytes[to + 2] = bits;
  }
  return bytes.buffer;
}
