import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RunFolder, type ReportRecord, type RunRecord } from "../runs/index.ts";
import { commands } from "./commands.ts";
import { runCommandLine } from "./run-command-line.ts";

const root = mkdtempSync(join(tmpdir(), "onward-list-"));
const before = process.cwd();
beforeAll(() => process.chdir(root));
afterAll(() => {
  process.chdir(before);
  rmSync(root, { recursive: true });
});

async function onward(...args: string[]) {
  let [out, err] = ["", ""];
  const stdout = { write: (text: string) => (out += text) };
  const stderr = { write: (text: string) => (err += text) };
  const code = await runCommandLine(args, commands, { stdout, stderr, signal: new AbortController().signal });
  return { code, out, err };
}

const record: RunRecord = {
  run: 1,
  started: "2026-01-02T03:04:05.000Z",
  ended: { time: "2026-01-02T03:05:05.000Z", outcome: "finished" },
  options: { data: "mnist", model: "mlp:8", epochs: 2, "learning-rate": 0.1, "class-weights": [1, 2], seed: 0 },
  versions: { onward: "0.1.0" },
  platform: { os: "linux" },
};
const report = (phase: string, epoch: number, correct: number, loss: number, more: object = {}): ReportRecord => ({
  ...{ phase, epoch, loss, lossStandardError: 0.03, correct, samples: 101, ignored: 1, accuracy: correct / 100 },
  ...more,
});

async function write(path: string, run: RunRecord, reports: readonly ReportRecord[]): Promise<void> {
  const folder = await RunFolder.create(path);
  await folder.writeRun(run);
  for (const line of reports) await folder.appendReport(line);
  await folder.close();
}

beforeAll(async () => {
  await write("runs/first", record, [
    report("train", 1, 80, 0.5),
    report("val", 1, 90, 0.75),
    report("train", 2, 95, 0.25),
    report("val", 2, 85, 0.5, { metrics: { f1: 0.875, perClass: [] } }),
  ]);
  const { run, versions, platform } = record;
  const options = { ...record.options, "learning-rate": 0.2, momentum: 0.9 };
  await write("runs/second", { run, started: "2026-01-01T00:00:00.000Z", options, versions, platform }, [
    report("val", 1, 70, NaN, { metrics: { f1: 0.75 } }),
  ]);
  await write("runs/bare", { run: 1 } as unknown as RunRecord, []);
  mkdirSync("runs/notes");
  mkdirSync("runs/damaged");
  writeFileSync("runs/damaged/run.json", '{"run":1');
  writeFileSync("runs/a-file", "");
  mkdirSync("empty");
});

describe("onward runs", () => {
  test("lists runs by their start, and names what is none", async () => {
    const { code, out, err } = await onward("runs");
    expect([code, err]).toEqual([0, ""]);
    const lines = out.split("\n");
    expect(lines.slice(0, 4).map((line) => line.trim().split(/ {2,}/))).toEqual([
      ["run", "started (UTC)", "state", "epochs", "val acc. %", "val loss", "data", "model"],
      ["second", "2026-01-01 00:00", "running", "1/2", "70.00", "-", "mnist", "mlp:8"],
      ["first", "2026-01-02 03:04", "finished", "2/2", "90.00", "0.500000", "mnist", "mlp:8"],
      ["bare", "-", "running", "0", "-", "-", "-", "-"],
    ]);
    expect(out).toMatch(/\nsecond has not said that it ended; its reports were last written 20\d\d-.* UTC\n/);
    expect(out).toContain(`\nLeft out\n  ${join("runs", "damaged")}: Expected a JSON object, got`);
    expect(out).toContain(`\n  ${join("runs", "notes")}: Expected a run folder's file, got no such file`);
  });

  test("lists one run for its own folder", async () => {
    mkdirSync("runs/first/checkpoints", { recursive: true });
    const { code, out } = await onward("runs", "runs/first");
    expect(code).toBe(0);
    expect(out).toMatch(/^run +started.*\nfirst +2026-01-02 03:04 +finished .*\n$/);
    rmSync("runs/first/checkpoints", { recursive: true });
  });

  test("gives the same as JSON", async () => {
    const { code, out } = await onward("runs", "runs", "--json");
    expect(code).toBe(0);
    const { runs, leftOut } = JSON.parse(out) as { runs: Record<string, unknown>[]; leftOut: unknown[] };
    expect(runs[1]).toEqual({
      name: "first",
      folder: join("runs", "first"),
      state: "finished",
      started: record.started,
      ended: "2026-01-02T03:05:05.000Z",
      updated: expect.any(String) as string,
      data: "mnist",
      model: "mlp:8",
      epochs: 2,
      epochsWanted: 2,
      bestAccuracy: { value: 0.9, epoch: 1 },
      bestLoss: { value: 0.5, epoch: 2 },
    });
    expect(leftOut.length).toBe(2);
    expect((await onward("runs", "empty")).out).toBe("No runs.\n");
  });

  test.each([
    [["runs", "absent"], 1, "onward: Expected a folder with runs, got none (absent).\n"],
    [["runs", "a", "b"], 2, "onward: Expected one folder, or compare and two runs, got [a, b].\n"],
    [["runs", "compare"], 2, "onward: Expected two runs to compare, got none.\n"],
    [["runs", "compare", "first"], 2, "onward: Expected two runs to compare, got [first].\n"],
    [
      ["runs", "compare", "first", "nothing"],
      1,
      /^onward: Expected a run folder's file, got no such file \(nothing.*\)\.\n$/,
    ],
    [["runs", "compare", "runs/damaged", "first"], 1, /^onward: Expected a JSON object, got .*damaged.*\.\n$/],
  ])("%j: one sentence, code %d", async (args, code, message) => {
    const result = await onward(...args);
    expect([result.code, result.out]).toEqual([code, ""]);
    if (typeof message === "string") expect(result.err).toBe(message);
    else expect(result.err).toMatch(message);
  });
});

describe("onward runs compare", () => {
  test("says which options differ, and sets each phase's values side by side", async () => {
    const { code, out, err } = await onward("runs", "compare", "first", join("runs", "second"));
    expect([code, err]).toEqual([0, ""]);
    const rows = out.split("\n").map((line) => line.trim().split(/ {2,}/));
    expect(rows).toContainEqual(["Options that differ", join("runs", "first"), join("runs", "second")]);
    expect(rows).toContainEqual(["learning-rate", "0.1", "0.2"]);
    expect(rows).toContainEqual(["momentum", "-", "0.9"]);
    expect(out).not.toContain("seed");
    expect(rows).toContainEqual(["state", join("runs", "first"), join("runs", "second")]);
    expect(rows).toContainEqual(["best accuracy", "90.00 % (1)", "70.00 % (1)", "+2.00e-1", "[+9.00e-2, +3.06e-1]"]);
    expect(rows).toContainEqual(["last loss", "0.500000 (2)", "NaN (1)", "NaN", "[NaN, NaN]"]);
    expect(rows).toContainEqual(["last f1", "0.875000 (2)", "0.750000 (1)", "+1.25e-1"]);
    expect(rows).toContainEqual(["best loss", "0.250000 (2)", "-", "-"]);
  });

  test("as JSON: intervals from counts and standard errors, and none where they are not known", async () => {
    const { out } = await onward("runs", "compare", "first", "second", "--json");
    const { runs, options, phases } = JSON.parse(out) as {
      runs: unknown[];
      options: unknown[];
      phases: { phase: string; values: Record<string, unknown>[] }[];
    };
    expect(runs.length).toBe(2);
    expect(options).toEqual([
      { name: "learning-rate", first: 0.1, second: 0.2 },
      { name: "momentum", second: 0.9 },
    ]);
    expect(phases.map(({ phase }) => phase)).toEqual(["train", "val"]);
    const value = (measure: string, which: string) =>
      phases[1]!.values.find((entry) => entry["measure"] === measure && entry["which"] === which)!;
    const { difference, interval } = value("accuracy", "last") as { difference: number; interval: [number, number] };
    expect(difference).toBeCloseTo(0.15, 12);
    // Newcombe's, by hand from Wilson's (0.7672, 0.9069) and (0.6042, 0.7811).
    expect(interval[0]).toBeCloseTo(0.15 - Math.hypot(0.85 - 0.7672, 0.7811 - 0.7), 3);
    expect(interval[1]).toBeCloseTo(0.15 + Math.hypot(0.9069 - 0.85, 0.7 - 0.6042), 3);
    expect(value("loss", "best")).toEqual({ measure: "loss", which: "best", first: { value: 0.5, epoch: 2 } });
    expect(value("loss", "last")["difference"]).toBe("NaN");
    expect(value("f1", "last")).not.toHaveProperty("interval");
  });

  test("two runs that are the same differ in nothing", async () => {
    const { out } = await onward("runs", "compare", "first", "first");
    expect(out).toMatch(/^The options are the same\.\n/);
    const losses = out.split("\n").filter((line) => line.startsWith("last loss"));
    expect(losses.length).toBe(2);
    for (const line of losses) expect(line).toMatch(/ 0 {2}\[-8\.32e-2, \+8\.32e-2\]$/);
  });
});
