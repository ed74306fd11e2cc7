import { join } from "node:path";
import { expect, test } from "vitest";
import { scoreFiles, type ScoreProgress } from "../../src/score/index.ts";
import { folder, write } from "./files.ts";

test("progress moves within a file, never back, and ends with all bytes of each pass", async () => {
  const dir = folder();
  const rows = 200_000;
  const column = (of: (row: number) => number) => Array.from({ length: rows }, (_, row) => of(row));
  const path = await write(join(dir, "large.csv"), {
    label: column((row) => row % 2),
    s0: column((row) => Math.sin(row)),
    s1: column((row) => Math.cos(row * row)),
  });
  const small = await write(join(dir, "small.parquet"), { label: [0, 1], s0: [1, 2], s1: [3, 1] });
  const seen: ScoreProgress[] = [];
  const onProgress = (progress: ScoreProgress) => void seen.push(progress);
  await scoreFiles([path, small], { label: "label", scores: "s", kind: "logits" }, { onProgress });
  for (const label of ["scoring", "ranking"]) {
    const of = seen.filter((progress) => progress.label === label);
    const total = of[0]?.total ?? 0;
    expect(of.at(-1)).toEqual({ label, done: total, total });
    expect(of.map(({ done }) => done)).toEqual(of.map(({ done }) => done).sort((a, b) => a - b));
    expect(of.filter(({ done }) => done > 0 && done < 0.9 * total).length).toBeGreaterThan(0);
  }
});
