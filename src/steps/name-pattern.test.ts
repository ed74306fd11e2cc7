import { expect, test } from "vitest";
import { fitsPattern } from "./name-pattern.ts";

test.each([
  ["layer1.0.conv1.weight", "layer1.*", true],
  ["layer1.0.conv1.weight", "*.weight", true],
  ["layer1.0.conv1.weight", "*conv?.*", true],
  ["layer1.0.conv1.weight", "layer1", false],
  ["layer1.0.conv1.weight", "layer1.?.weight", false],
  ["layer10.weight", "layer?.weight", false],
  ["onnx::Conv_193", "onnx::Conv_*", true],
  ["a.b", "a*b*", true],
  ["abab", "*ab", true],
  ["abac", "*ab", false],
  ["a+(b)", "a+(b)", true],
  ["aXb", "a.b", false],
  ["", "*", true],
  ["", "?", false],
  ["a", "", false],
  ["", "", true],
])("%j fits %j: %j", (name, pattern, expected) => {
  expect(fitsPattern(name, pattern)).toBe(expected);
});

test("many stars take no more than a moment", () => {
  expect(fitsPattern("a".repeat(5000), `${"*a".repeat(40)}*b`)).toBe(false);
});
