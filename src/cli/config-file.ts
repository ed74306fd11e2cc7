import { readFile } from "node:fs/promises";
import { OnwardError, show } from "../core/index.ts";
import type { Command } from "./command.ts";
import { optionValue } from "./parse-arguments.ts";

/**
 * Reads options from a YAML or JSON file: a mapping whose keys are the options' names. Lists stand for values separated by commas.
 *
 * @throws OnwardError `file` when it cannot be read or is neither; `usage` for what is no option or no value of one
 */
export async function readConfig(
  command: Pick<Command, "name" | "options">,
  path: string,
): Promise<Record<string, string | boolean>> {
  const { parse } = await import("yaml");
  let content: unknown;
  try {
    content = parse(await readFile(path, "utf8"));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const got = code === "ENOENT" ? "no such file" : (message.split("\n")[0] ?? "").replace(/[.:]$/, "");
    throw new OnwardError("file", { expected: "a YAML or JSON file", got, where: path, cause });
  }
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    throw new OnwardError("file", { expected: "options by their names", got: show(content), where: path });
  }
  return Object.fromEntries(
    Object.entries(content).map(([name, value]) => optionValue(command, name, optionText(name, value, path), path)),
  );
}

/** Writes a value as the command line takes it. @throws OnwardError `usage` for what is neither plain nor a list of plain ones */
export function optionText(name: string, value: unknown, where: string): string {
  const plain = (item: unknown) => typeof item === "string" || typeof item === "number" || typeof item === "boolean";
  if (Array.isArray(value) && value.every(plain)) return value.join(",");
  if (plain(value)) return String(value);
  throw new OnwardError("usage", {
    expected: `${name} to be a text, a number, true, false or a list of them`,
    got: value === null ? "nothing" : typeof value,
    where,
  });
}
