import { expect, test } from "vitest";
import { ProgressBar } from "./progress.ts";

function terminal(columns = 100): {
  written: string[];
  output: { write(text: string): void; isTTY: true; columns: number };
} {
  const written: string[] = [];
  return { written, output: { write: (text) => written.push(text), isTTY: true, columns } };
}

test("draws percentage, rate and time left, and takes itself away", () => {
  const { written, output } = terminal();
  let now = 0;
  const bar = new ProgressBar(output, () => now);
  bar.update({ label: "epoch 1/5 train", done: 0, total: 60_000 });
  now = 1500;
  bar.update({ label: "epoch 1/5 train", done: 30_000, total: 60_000 });
  expect(written[0]).toBe("\r\x1b[2Kepoch 1/5 train [..............................]   0%  0/60,000");
  expect(written[1]).toBe(
    "\r\x1b[2Kepoch 1/5 train [###############...............]  50%  30,000/60,000  20,000/s  0:02 left",
  );
  bar.clear();
  bar.clear();
  expect(written.slice(2)).toEqual(["\r\x1b[2K"]);
});

test("says 100 % only when all is done", () => {
  const { written, output } = terminal();
  const bar = new ProgressBar(output, () => 0);
  bar.update({ label: "a", done: 59_999, total: 60_000 });
  bar.update({ label: "b", done: 60_000, total: 60_000 });
  expect(written[0]).toContain(" 99%");
  expect(written[1]).toContain("100%");
});

test("draws at most ten times a second", () => {
  const { written, output } = terminal();
  let now = 0;
  const bar = new ProgressBar(output, () => now);
  for (; now < 1000; now++) bar.update({ label: "a", done: now, total: 1000 });
  expect(written.length).toBe(10);
});

test("measures the rate of each label apart, from where it began", () => {
  const { written, output } = terminal();
  let now = 0;
  const bar = new ProgressBar(output, () => now);
  bar.update({ label: "a", done: 1000, total: 2000 });
  now = 1000;
  bar.update({ label: "b", done: 500, total: 2000 });
  now = 2000;
  bar.update({ label: "b", done: 600, total: 2000 });
  expect(written[2]).toContain("  100/s  0:14 left");
});

test("fits a narrow terminal, and is silent where there is none", () => {
  const { written, output } = terminal(30);
  const bar = new ProgressBar(output, () => 0);
  bar.update({ label: "epoch 100/100 train", done: 5, total: 60_000 });
  expect(written[0]!.replace("\r\x1b[2K", "").length).toBeLessThan(30);
  const lines: string[] = [];
  new ProgressBar({ write: (text) => lines.push(text) }).update({ label: "a", done: 1, total: 2 });
  expect(lines).toEqual([]);
});
