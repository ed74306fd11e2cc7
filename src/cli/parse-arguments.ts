import { parseArgs } from "node:util";
import { OnwardError, show } from "../core/index.ts";
import type { Command } from "./command.ts";
import { nearest } from "./nearest.ts";

/** A command's arguments, read; or the wish for its help. */
export type Arguments =
  | { readonly help: true }
  | {
      readonly help: false;
      readonly values: Readonly<Record<string, string | boolean | undefined>>;
      readonly positionals: readonly string[];
    };

/** What begins with a dash and is still a value: negative numbers, and the dash for standard input. */
const dashedValue = /^-($|\.?\d|Infinity$)/;

/**
 * Reads a command's arguments. An option that comes twice has its last value, so that scripts can be overridden.
 *
 * @throws OnwardError `usage` for an unknown option (naming the nearest), a missing or an unwanted value, or a wrong
 * number of other arguments
 */
export function parseArguments(command: Command, args: readonly string[]): Arguments {
  const { tokens } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(
        Object.entries(command.options).map(([name, { type, short }]) => [name, { type, ...(short && { short }) }]),
      ),
      help: { type: "boolean", short: "h" },
    },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values: Record<string, string | boolean | undefined> = {};
  for (const [name, option] of Object.entries(command.options)) {
    values[name] = option.type === "boolean" ? false : option.default;
  }
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    if (token.name === "help") return { help: true };
    values[token.name] = valueOf(command, token.name, token.rawName, token.value, token.inlineValue === true);
  }
  checkCount(command, positionals);
  return { help: false, values, positionals };
}

function valueOf(
  command: Command,
  name: string,
  rawName: string,
  value: string | undefined,
  inline: boolean,
): string | true {
  const option = Object.hasOwn(command.options, name) ? command.options[name] : undefined;
  if (option === undefined) {
    const near = nearest(name, [...Object.keys(command.options), "help"]);
    throw new OnwardError("usage", {
      expected: `an option of "onward ${command.name}"`,
      got: show(rawName).slice(1, -1),
      ...(near !== undefined && { advice: `the nearest is --${near}` }),
    });
  }
  if (option.type === "boolean") {
    if (value === undefined) return true;
    throw new OnwardError("usage", { expected: `no value for ${rawName}`, got: show(value) });
  }
  if (value === undefined || (!inline && value.startsWith("-") && !dashedValue.test(value))) {
    throw new OnwardError("usage", {
      expected: `a value for ${rawName}`,
      got: value === undefined ? "none" : `the option ${show(value).slice(1, -1)}`,
    });
  }
  return value;
}

function checkCount(command: Command, positionals: readonly string[]): void {
  const { valueName = "", minimum = 0, maximum = 0 } = command.positionals ?? {};
  if (positionals.length > maximum) {
    throw new OnwardError("usage", {
      expected: maximum === 0 ? "options alone" : `at most ${maximum} ${valueName}`,
      got: show(positionals[maximum]),
    });
  }
  if (positionals.length < minimum) {
    throw new OnwardError("usage", {
      expected: `at least ${minimum} ${valueName}`,
      got: positionals.length === 0 ? "none" : String(positionals.length),
    });
  }
}
