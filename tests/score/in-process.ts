import { commands } from "../../src/cli/commands.ts";
import { runCommandLine } from "../../src/cli/run-command-line.ts";

/** Runs a command line in this process, on what looks like a pipe; or a terminal of so many columns. */
export async function onward(args: readonly string[], columns?: number) {
  let [out, err] = ["", ""];
  const terminal = columns === undefined ? {} : { isTTY: true, columns };
  const io = {
    stdout: { write: (text: string) => (out += text), ...terminal },
    stderr: { write: (text: string) => (err += text) },
    signal: new AbortController().signal,
  };
  const code = await runCommandLine(args, commands, io);
  return { code, out, err };
}
