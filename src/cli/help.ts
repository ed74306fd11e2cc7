import type { Command } from "./command.ts";

const width = 100;

/** The help of one command: usage, and a line for each option. */
export function commandHelp(command: Command): string {
  const rows = Object.entries(command.options).map(([name, option]): [string, string] => {
    const short = option.short === undefined ? "" : `-${option.short}, `;
    const value = option.type === "boolean" ? "" : ` ${option.valueName ?? "VALUE"}`;
    const fallback = option.default === undefined ? "" : ` (default: ${option.default})`;
    return [`${short}--${name}${value}`, `${option.help}${fallback}`];
  });
  rows.push(["-h, --help", "show this"]);
  return `${command.summary}.\n\nUsage: ${command.usage}\n\nOptions:\n${twoColumns(rows)}`;
}

/** The help of the whole: what commands there are. */
export function overallHelp(commands: readonly Command[]): string {
  const rows = commands.map(({ name, summary }): [string, string] => [name, summary]);
  return `Train and score ONNX classification models, with numbers you can trust.

Usage: onward COMMAND [options]

Commands:
${twoColumns(rows)}
Options:
${twoColumns([
  ["-h, --help", "show this, or after a command its options"],
  ["-v, --version", "show the version"],
])}
Exit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C.
`;
}

function twoColumns(rows: readonly (readonly [string, string])[]): string {
  const left = Math.min(34, Math.max(...rows.map(([name]) => name.length))) + 2;
  const lines = rows.flatMap(([name, text]) => {
    const [first = "", ...rest] = wrap(text, width - left - 2);
    const indent = " ".repeat(left + 2);
    const head = name.length + 2 > left ? [`  ${name}`, `${indent}${first}`] : [`  ${name.padEnd(left)}${first}`];
    return [...head, ...rest.map((line) => `${indent}${line}`)];
  });
  return `${lines.join("\n")}\n`;
}

function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
