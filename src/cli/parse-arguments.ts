import { parseArgs } from "node:util";
import { OnwardError, show } from "../core/index.ts";
import type { Command } from "./command.ts";
import { nearest } from "./nearest.ts";

/** The values of options by name, as text or flags. */
export type RawValues = Readonly<Record<string, string | boolean | undefined>>;

/** A command's arguments, read; or the wish for its help. */
export type Arguments =
  | { readonly help: true }
  | {
      readonly help: false;
      readonly values: RawValues;
      /** The names of the options that the command line gives. */
      readonly given: readonly string[];
      readonly positionals: readonly string[];
    };

/** What begins with a dash and is still a value: negative numbers, and the dash for standard input. */
const dashedValue = /^-($|\.?\d|Infinity$)/;

/**
 * Reads a command's arguments. An option that comes twice has its last value, so that scripts can be overridden. Where a
 * command has an option `set`, `--set KEY=VALUE` is the same as `--KEY VALUE`.
 *
 * @param base - values in place of the defaults
 * @throws OnwardError `usage` for an unknown option (naming the nearest), a missing or an unwanted value, or a wrong
 * number of other arguments
 */
export function parseArguments(command: Command, args: readonly string[], base: RawValues = {}): Arguments {
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
    values[name] = base[name] ?? (option.type === "boolean" ? false : option.default);
  }
  const given = new Set<string>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    if (token.name === "help") return { help: true };
    const value = valueOf(command, token.name, token.rawName, token.value, token.inlineValue === true);
    const [name, assigned] = token.name === "set" ? assignment(command, String(value)) : [token.name, value];
    values[name] = assigned;
    given.add(name);
  }
  checkCount(command, positionals);
  return { help: false, values, given: [...given], positionals };
}

/** Reads KEY=VALUE. */
function assignment(command: Command, text: string): [name: string, value: string | boolean] {
  const equals = text.indexOf("=");
  if (equals < 1) throw new OnwardError("usage", { expected: "--set KEY=VALUE", got: show(text) });
  return optionValue(command, text.slice(0, equals).trim(), text.slice(equals + 1).trim(), `--set ${text}`);
}

/**
 * Checks an option's value that does not come as an argument of its own.
 *
 * @throws OnwardError `usage` for an option that there is not, or a flag that is neither "true" nor "false"
 */
export function optionValue(
  command: Pick<Command, "name" | "options">,
  name: string,
  value: string,
  where: string,
): [name: string, value: string | boolean] {
  const option = Object.hasOwn(command.options, name) ? command.options[name] : undefined;
  if (option === undefined) throw unknownOption(command, name, show(name), where);
  if (option.type === "string") return [name, value];
  if (value === "true" || value === "false") return [name, value === "true"];
  throw new OnwardError("usage", { expected: `${name} to be true or false`, got: show(value), where });
}

function unknownOption(
  command: Pick<Command, "name" | "options">,
  name: string,
  got: string,
  where?: string,
): OnwardError {
  const near = nearest(name, [...Object.keys(command.options), "help"]);
  return new OnwardError("usage", {
    expected: `an option of "onward ${command.name}"`,
    got,
    ...(where !== undefined && { where }),
    ...(near !== undefined && { advice: `the nearest is ${where === undefined ? "--" : ""}${near}` }),
  });
}

function valueOf(
  command: Command,
  name: string,
  rawName: string,
  value: string | undefined,
  inline: boolean,
): string | true {
  const option = Object.hasOwn(command.options, name) ? command.options[name] : undefined;
  if (option === undefined) throw unknownOption(command, name, show(rawName).slice(1, -1));
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
