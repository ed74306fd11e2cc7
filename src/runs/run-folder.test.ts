import { appendFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readRun } from "./read-run.ts";
import { RunFolder } from "./run-folder.ts";
import type { RunRecord } from "./run-record.ts";

const root = mkdtempSync(join(tmpdir(), "onward-runs-"));
afterAll(() => rmSync(root, { recursive: true }));

const record: RunRecord = {
  run: 1,
  started: "2026-01-02T03:04:05.000Z",
  options: { epochs: 2, data: "mnist" },
  versions: { onward: "0.1.0" },
  platform: { os: "linux" },
  classNames: ["NaN", "Infinity"],
  preprocessing: { version: 1 },
};
const reports = [
  { phase: "train", epoch: 1, loss: NaN, accuracyInterval: [0, 1] },
  { phase: "val", epoch: 1, loss: -Infinity },
];

describe("a run folder", () => {
  test("is read back as it was written, while it runs and after", async () => {
    const path = join(root, "deep", "run");
    const folder = await RunFolder.create(path);
    await folder.writeRun(record);
    await folder.appendReport(reports[0]!);
    expect(await readRun(path)).toEqual({ record, reports: reports.slice(0, 1) });
    await folder.appendReport(reports[1]!);
    const ended = { ...record, ended: { time: "2026-01-02T03:05:05.000Z", outcome: "finished" as const } };
    await folder.writeRun(ended);
    expect(await folder.writeModel("best", Uint8Array.of(1, 2))).toBe(join(path, "best.onnx"));
    await folder.close();
    expect(await readRun(path)).toEqual({ record: ended, reports });
    expect(readdirSync(path).sort()).toEqual(["best.onnx", "reports.jsonl", "run.json"]);
    expect(readFileSync(join(path, "reports.jsonl"), "utf8").split("\n")[0]).toBe(
      '{"phase":"train","epoch":1,"loss":"NaN","accuracyInterval":[0,1]}',
    );
  });

  test("says in one sentence that a report cannot be written", async () => {
    const path = join(root, "unwritable");
    const folder = await RunFolder.create(path);
    await folder.close();
    const expected = { code: "file", fields: { expected: "to write a report", where: join(path, "reports.jsonl") } };
    await expect(folder.appendReport(reports[0]!)).rejects.toMatchObject(expected);
  });

  test("is read without a last line that is half written", async () => {
    const path = join(root, "half");
    const folder = await RunFolder.create(path);
    await folder.writeRun(record);
    await folder.appendReport(reports[1]!);
    appendFileSync(join(path, "reports.jsonl"), '{"phase":"tr');
    expect((await readRun(path)).reports).toEqual([reports[1]]);
    await folder.close();
  });

  test("is a new or an empty one", async () => {
    const path = join(root, "taken");
    const folder = await RunFolder.create(path);
    await folder.close();
    await expect(RunFolder.create(path)).rejects.toThrow(
      `Expected a new or an empty folder for the run, got one that holds a file (${path}).`,
    );
    await expect(RunFolder.create(join(path, "reports.jsonl"))).rejects.toThrow(
      "got a file, or a folder that another run",
    );
    await expect(RunFolder.create(join(path, "reports.jsonl", "deeper"))).rejects.toThrow("got a file");
  });

  test("goes to one of the runs that want it at the same time", async () => {
    const path = join(root, "wanted");
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => RunFolder.create(path)));
    const won = results.filter((result) => result.status === "fulfilled");
    expect(won.length).toBe(1);
    await won[0]!.value.close();
  });

  test("that is given up can be taken again, and other files in it stay", async () => {
    const path = join(root, "given-up");
    for (let i = 0; i < 2; i++) {
      const folder = await RunFolder.create(path);
      await folder.writeRun(record);
      await folder.discard();
      expect(existsSync(path)).toBe(false);
    }
    const folder = await RunFolder.create(path);
    writeFileSync(join(path, "notes"), "mine");
    await folder.discard();
    expect(readdirSync(path)).toEqual(["notes"]);
  });

  test("takes the first free number, also when several ask at once", async () => {
    const stem = join(root, "numbered", "mnist");
    const folders = await Promise.all([1, 2, 3].map(() => RunFolder.createNext(stem)));
    expect(folders.map(({ path }) => path).sort()).toEqual([`${stem}-1`, `${stem}-2`, `${stem}-3`]);
    for (const folder of folders) await folder.close();
  });
});

describe("reading says in one sentence", () => {
  const broken = async (name: string, run: string, lines = ""): Promise<unknown> => {
    const path = join(root, name);
    await (await RunFolder.create(path)).close();
    writeFileSync(join(path, "run.json"), run);
    writeFileSync(join(path, "reports.jsonl"), lines);
    return readRun(path);
  };

  test("that there is no run, a later one, or a damaged one", async () => {
    await expect(readRun(join(root, "absent"))).rejects.toThrow("Expected a run folder's file, got no such file");
    await expect(broken("later", '{"run":2}')).rejects.toThrow("Expected a run record of version 1, got 2");
    await expect(broken("cut", '{"run":')).rejects.toThrow(/^Expected a JSON object, got .*run\.json\)\.$/);
    await expect(broken("lines", '{"run":1}', '{"a":1}\n[1]\n')).rejects.toThrow(/reports\.jsonl, line 2\)\.$/);
  });
});
