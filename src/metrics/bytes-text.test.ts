import { expect, test } from "vitest";
import { bytesFromText, bytesToText } from "./bytes-text.ts";

test("is base64, whatever the length", () => {
  for (let length = 0; length < 8; length++) {
    const numbers = Int32Array.from({ length }, (_, i) => 0x01f2e3d4 * (i + 3));
    const text = bytesToText(numbers);
    expect(text).toBe(Buffer.from(numbers.buffer).toString("base64"));
    expect(new Int32Array(bytesFromText(text, 4, "test"))).toEqual(numbers);
  }
});

test("keeps every bit, in a part of a buffer too", () => {
  const all = Float64Array.of(1, NaN, -0, Infinity, 5e-324, -Infinity, 0.1);
  const part = all.subarray(1, 6);
  const back = new Float64Array(bytesFromText(bytesToText(part), 8, "test"));
  expect([...back]).toEqual([NaN, -0, Infinity, 5e-324, -Infinity]);
});

test.each([["AAA"], ["AAAAAA=="], ["AAAA*AAAAAA="], ["AAAAéAAAAAA="], ["AAAA=AAAAAA="], [undefined], [[1, 2]]])(
  "refuses %j",
  (text) => {
    expect(() => bytesFromText(text, 8, "a state")).toThrow(/numbers of 8 bytes each in base64, got .* \(a state\)/);
  },
);
