import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

test.each([
  ["epoch", "epochs"],
  ["lr", "seed"],
  ["learningrate", "learning-rate"],
  ["tarin", "train"],
  ["btach-size", "batch-size"],
])("%s is nearest to %s", (text, expected) => {
  expect(nearest(text, ["epochs", "batch-size", "learning-rate", "seed", "train"])).toBe(expected);
});

test("counts a swap of neighbours as one edit, and takes the first of equals", () => {
  expect(nearest("ab", ["xb", "ba"])).toBe("xb");
  expect(nearest("abcd", ["xycd", "bacd"])).toBe("bacd");
});

test("no names, no nearest", () => {
  expect(nearest("x", [])).toBeUndefined();
});
