import { expect, test } from "vitest";
import { formatClock, formatCount, formatDifference, formatNumber, formatShare } from "./format.ts";

test("numbers", () => {
  expect([0.0712345678, 0, 2.302585, 1e-7, 123456789, NaN, -Infinity, undefined].map(formatNumber)).toEqual([
    "0.0712346",
    "0.00000",
    "2.30259",
    "1.00000e-7",
    "1.23457e+8",
    "NaN",
    "-Infinity",
    "-",
  ]);
});

test("differences have a sign", () => {
  expect([1.2e-5, -0.5, 0, NaN].map(formatDifference)).toEqual(["+1.20e-5", "-5.00e-1", "0", "NaN"]);
});

test("a share is 100.00 only when it is all, and 0.00 only when it is nothing", () => {
  expect([1, 0.99999, 0.97845, 0.00001, 0].map(formatShare)).toEqual(["100.00", "99.99", "97.85", "0.01", "0.00"]);
});

test("counts and clocks", () => {
  expect([formatCount(60_000), formatCount(7)]).toEqual(["60,000", "7"]);
  expect([0, 6.2, 750, 3723].map(formatClock)).toEqual(["0:00", "0:07", "12:30", "1:02:03"]);
});
