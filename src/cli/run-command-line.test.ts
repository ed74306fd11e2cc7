import { describe, expect, test, vi } from "vitest";
import { OnwardError } from "../core/index.ts";
import { defineCommand, type Command } from "./command.ts";
import { runCommandLine } from "./run-command-line.ts";

const command = (run: Command["run"]): Command =>
  defineCommand({
    name: "demo",
    summary: "Demonstrate",
    usage: "onward demo [options]",
    options: {
      epochs: { type: "string", short: "e", default: "5", valueName: "N", help: "how many epochs" },
      json: { type: "boolean", help: "JSON lines, ".repeat(12) },
    },
    run,
  });

async function run(args: string[], action: Command["run"] = async () => {}, signal = new AbortController().signal) {
  let [out, err] = ["", ""];
  const code = await runCommandLine(
    args,
    { demo: async () => command(action), other: async () => command(action) },
    { stdout: { write: (text) => (out += text) }, stderr: { write: (text) => (err += text) }, signal },
  );
  return { code, out, err };
}

describe("help and version", () => {
  test("of the whole", async () => {
    const { code, out } = await run(["--help"]);
    expect([code, out]).toEqual([0, expect.stringMatching(/Usage: onward COMMAND[^]*demo +Demonstrate[^]*Exit codes/)]);
  });

  test.each([
    ["demo", "--help"],
    ["help", "demo"],
    ["demo", "-h"],
  ])("%s %s", async (...args) => {
    const { code, out, err } = await run(args, () => Promise.reject(new Error("never run")));
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("Usage: onward demo [options]");
    expect(out).toMatch(/-e, --epochs N +how many epochs \(default: 5\)/);
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test("version", async () => {
    expect((await run(["--version"])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("exit codes", () => {
  test("0 when all went well", async () => {
    const action = vi.fn<Command["run"]>(async (values, _, io) => void io.stdout.write(JSON.stringify(values)));
    expect(await run(["demo", "--epochs", "2"], action)).toEqual({
      code: 0,
      out: '{"epochs":"2","json":false}',
      err: "",
    });
  });

  test("2 for wrong usage, in one sentence", async () => {
    const none = await run([]);
    expect(none).toEqual({
      code: 2,
      out: "",
      err: "onward: Expected a command, got none. One of demo, other; see onward --help.\n",
    });
    const unknown = await run(["dmeo"]);
    expect([unknown.code, unknown.err]).toEqual([2, 'onward: Expected a command, got "dmeo". The nearest is demo.\n']);
    expect((await run(["constructor"])).code).toBe(2);
    const option = await run(["demo", "--epoch", "2"]);
    expect([option.code, option.err]).toEqual([
      2,
      'onward: Expected an option of "onward demo", got --epoch. The nearest is --epochs.\n',
    ]);
  });

  test("1 for other failures, in one sentence without a stack", async () => {
    const ours = await run(["demo"], () => Promise.reject(new OnwardError("data", { expected: "rows", got: "none" })));
    expect(ours).toEqual({ code: 1, out: "", err: "onward: Expected rows, got none.\n" });
    const other = await run(["demo"], () => Promise.reject(new TypeError("x is not a function\nmore")));
    expect(other.code).toBe(1);
    expect(other.err).toBe("onward: unexpected failure: x is not a function (ONWARD_DEBUG=1 shows where)\n");
  });

  test("the stack and the causes with ONWARD_DEBUG=1", async () => {
    vi.stubEnv("ONWARD_DEBUG", "1");
    const cause = new Error("the disk");
    const { err } = await run(["demo"], () => Promise.reject(new OnwardError("file", { expected: "a file", cause })));
    vi.unstubAllEnvs();
    expect(err).toMatch(/Expected a file[^]*run-command-line\.test[^]*caused by Error: the disk/);
  });

  test("130 when stopped", async () => {
    const signal = AbortSignal.abort();
    expect((await run(["demo"], async () => {}, signal)).code).toBe(130);
    const aborted = await run(["demo"], () => Promise.reject(signal.reason as Error), signal);
    expect(aborted).toEqual({ code: 130, out: "", err: "" });
  });
});
