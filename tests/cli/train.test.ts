import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readRun } from "../../src/runs/index.ts";
import { onward } from "./onward.ts";
import { writeStripes } from "./stripes.ts";

const root = mkdtempSync(join(tmpdir(), "onward-train-"));
beforeAll(() => writeStripes(join(root, "stripes")));
afterAll(() => rmSync(root, { recursive: true }));

const train = ["train", "--data", "idx:stripes", "--model", "mlp:16", "--threads", "1", "--seed", "7"];
type Report = Readonly<Record<string, unknown>>;

function reportsIn(out: string): Report[] {
  return out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Report);
}

describe("onward train", () => {
  test("shows a row for each phase, and says what it saved", async () => {
    const { code, out, err } = await onward([...train, "--epochs", "3", "--learning-rate", "0.01"], root);
    expect([code, err]).toEqual([0, ""]);
    const rows = out.split("\n").filter((line) => /^ +\d+ {2}(train|val)/.test(line));
    expect(rows.map((row) => row.trim().split(/ +/).slice(0, 2).join(" "))).toEqual(
      [1, 2, 3].flatMap((epoch) => [`${epoch} train`, `${epoch} val`]),
    );
    const folder = join("runs", "stripes-1");
    expect(out).toContain(`Saved ${folder}\n  model.onnx  epoch 3, the last\n  best.onnx   epoch `);
    const files = readdirSync(join(root, folder)).map((name) => name.replace(/^(events\.out\.tfevents)\..*/, "$1"));
    expect(files.sort()).toEqual([
      "best.onnx",
      "checkpoints",
      "events.out.tfevents",
      "model.onnx",
      "reports.jsonl",
      "run.json",
    ]);
    const { record, reports } = await readRun(join(root, folder));
    expect(record).toMatchObject({
      run: 1,
      ended: { outcome: "finished" },
      options: { data: "idx:stripes", model: "mlp:16", epochs: 3, "batch-size": 64, optimizer: "adamw", seed: 7 },
      classNames: ["0", "1", "2"],
      preprocessing: { kind: "standardize", scale: 1 / 255 },
    });
    expect(reports.length).toBe(6);
    expect(reports[5]!["accuracy"]).toBeGreaterThan(0.9);
  });

  test("with --json prints the run folder's reports, one line each, and nothing else", async () => {
    const { code, out, err } = await onward(
      [...train, "--epochs", "2", "--json", "--drop-last", "--out", "json"],
      root,
    );
    expect(code).toBe(0);
    const printed = reportsIn(out);
    expect(readFileSync(join(root, "json", "reports.jsonl"), "utf8")).toBe(out);
    expect(
      printed.map(({ phase, mode, epoch, samples, datasetSize, batches }) => [
        phase,
        mode,
        epoch,
        samples,
        datasetSize,
        batches,
      ]),
    ).toEqual([
      ["train", "train", 1, 448, 500, 7],
      ["val", "eval", 1, 90, 90, 2],
      ["train", "train", 2, 448, 500, 7],
      ["val", "eval", 2, 90, 90, 2],
    ]);
    expect(Object.keys(printed[1]!).sort()).toEqual(
      [
        ...["phase", "mode", "epoch", "samples", "ignored", "batches", "datasetSize", "lossSum", "lossWeight", "loss"],
        ...["lossStandardError", "batchMeanLoss", "batchMeanBias", "correct", "accuracy", "accuracyInterval"],
        ...["nonFinite", "seconds", "waitSeconds", "samplesPerSecond"],
      ].sort(),
    );
    expect(err).toContain("448 of 500 samples seen");
  });

  test("gives the same bits for the same seed, and others for another", async () => {
    const run = async (name: string, seed: string) => {
      const { out } = await onward([...train, "--seed", seed, "--epochs", "2", "--json", "--out", name], root);
      const untimed = reportsIn(out).map((report) => ({ ...report, seconds: 0, waitSeconds: 0, samplesPerSecond: 0 }));
      return { untimed, model: readFileSync(join(root, name, "model.onnx")) };
    };
    const [first, again, other] = [await run("a", "7"), await run("b", "7"), await run("c", "8")];
    expect(again.untimed).toEqual(first.untimed);
    expect(again.model.equals(first.model)).toBe(true);
    expect(other.untimed).not.toEqual(first.untimed);
  });

  test("goes on from a model file, and takes every option", async () => {
    await onward([...train, "--epochs", "2", "--out", "before"], root);
    const options = ["--optimizer", "sgd", "--momentum", "0.5", "--weight-decay", "1e-4", "--learning-rate", "0.01"];
    const loss = ["--label-smoothing", "0.1", "--class-weights", "1,2,0.5", "--batch-size", "32", "--provider", "cpu"];
    const model = ["--model", join("before", "model.onnx"), "--out", "after"];
    const { code, err } = await onward([...train, ...model, ...options, ...loss, "--epochs", "1"], root);
    expect([code, err]).toEqual([0, ""]);
    const [before, after] = [await readRun(join(root, "before")), await readRun(join(root, "after"))];
    expect(after.reports[1]!["accuracy"]).toBeGreaterThanOrEqual((before.reports[3]!["accuracy"] as number) - 0.05);
  });

  test("minimises another loss, with weights of the classes' counts, over samples drawn by class", async () => {
    const options = ["--criterion", "focal", "--focal-gamma", "1", "--class-weights", "balanced"];
    const { code, err } = await onward(
      [...train, ...options, "--sampler", "class-balanced", "--epochs", "1", "--out", "focal"],
      root,
    );
    expect([code, err]).toEqual([0, ""]);
    const { record, reports } = await readRun(join(root, "focal"));
    expect(record.options).toMatchObject({ criterion: "focal", "class-weights": "balanced", "focal-gamma": 1 });
    // The weights of the val labels add up to other than their number, as train's shares are not val's.
    const [, val] = reports as { samples: number; lossWeight: number }[];
    expect(Math.abs(val!.lossWeight / val!.samples - 1)).toBeLessThan(0.2);
    expect(val!.lossWeight).not.toBe(val!.samples);
    expect((await onward(["train", "--resume", "focal", "--epochs", "2"], root)).code).toBe(0);
  });

  test("cnn learns the stripes", async () => {
    const { code } = await onward([...train, "--model", "cnn", "--epochs", "2", "--out", "cnn"], root);
    expect(code).toBe(0);
    const { reports } = await readRun(join(root, "cnn"));
    expect(reports[3]!["accuracy"]).toBeGreaterThan(0.9);
  });

  test("stopped by Ctrl-C leaves what it wrote, and says so", async () => {
    const forever = [...train, "--epochs", "100000", "--json", "--out", "stopped"];
    let interrupted = false;
    const { code, out, err } = await onward(forever, root, (text, kill) => {
      if (interrupted || text.split("\n").length <= 3) return;
      // Once: a second one leaves without saving.
      interrupted = true;
      kill("SIGINT");
    });
    expect(code).toBe(130);
    expect(err).toContain("Saved stopped\n");
    const { record, reports } = await readRun(join(root, "stopped"));
    expect(record.ended?.outcome).toBe("stopped");
    expect(reports.length).toBe(reportsIn(out).length);
    expect(existsSync(join(root, "stopped", "model.onnx"))).toBe(true);
  });

  test("is ended by a reader that closes the pipe, without a stack", async () => {
    const { code, err } = await onward(
      [...train, "--epochs", "100000", "--json", "--out", "closed"],
      root,
      (_out, _kill, close) => close(),
    );
    expect(code).toBe(1);
    expect(err).not.toContain("    at ");
    expect((await readRun(join(root, "closed"))).reports.length).toBeGreaterThan(0);
  });
});
