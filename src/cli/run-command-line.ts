import { OnwardError, show, version } from "../core/index.ts";
import type { Command, Io } from "./command.ts";
import { commandHelp, overallHelp } from "./help.ts";
import { nearest } from "./nearest.ts";
import { parseArguments } from "./parse-arguments.ts";

/** Commands by name, each loaded when it is wanted. */
export type CommandTable = Readonly<Record<string, () => Promise<Command>>>;

/**
 * Runs a command line, without the program's name, and says how it ended.
 *
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C
 */
export async function runCommandLine(args: readonly string[], table: CommandTable, io: Io): Promise<number> {
  try {
    await dispatch(args, table, io);
    return io.signal.aborted ? 130 : 0;
  } catch (error) {
    if (io.signal.aborted && !(error instanceof OnwardError)) return 130;
    io.stderr.write(`onward: ${sentence(error)}\n`);
    if (process.env["ONWARD_DEBUG"] === "1" && error instanceof Error) io.stderr.write(`${inFull(error)}\n`);
    return error instanceof OnwardError && error.code === "usage" ? 2 : 1;
  }
}

async function dispatch([name, ...rest]: readonly string[], table: CommandTable, io: Io): Promise<void> {
  if (name === undefined || name === "--help" || name === "-h" || (name === "help" && rest.length === 0)) {
    const all = await Promise.all(Object.values(table).map((load) => load()));
    const help = overallHelp(all);
    if (name !== undefined) io.stdout.write(help);
    else
      throw new OnwardError("usage", {
        expected: "a command",
        got: "none",
        advice: `one of ${Object.keys(table).join(", ")}; see onward --help`,
      });
    return;
  }
  if (name === "--version" || name === "-v") {
    io.stdout.write(`${version}\n`);
    return;
  }
  if (name === "help") return dispatch([...rest, "--help"], table, io);
  const load = Object.hasOwn(table, name) ? table[name] : undefined;
  if (load === undefined) {
    const near = nearest(name, Object.keys(table));
    throw new OnwardError("usage", {
      expected: "a command",
      got: show(name),
      ...(near !== undefined && { advice: `the nearest is ${near}` }),
    });
  }
  const command = await load();
  const read = parseArguments(command, rest);
  if (read.help) {
    io.stdout.write(commandHelp(command));
    return;
  }
  const base = await command.base?.(read.values as never, read.given);
  const { values } = base === undefined ? read : (parseArguments(command, rest, base) as typeof read);
  await command.run(values as never, read.positionals, io);
}

/** An error of ours is its sentence; of another one, the first line has to do. */
function sentence(error: unknown): string {
  if (error instanceof OnwardError) return error.message;
  const [line = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  const text = line.length > 300 ? `${line.slice(0, 297)}...` : line;
  return `unexpected failure: ${text} (ONWARD_DEBUG=1 shows where)`;
}

function inFull(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${inFull(error.cause)}` : "";
  return `${error.stack ?? error.message}${cause}`;
}
