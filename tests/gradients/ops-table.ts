import { registry, type Entry } from "../../src/gradients/index.ts";
import { opSet, type OpHistory } from "../../src/gradients/op-set.ts";
import { workingOpset } from "../../src/graph/index.ts";

const words = { rule: "rule", zero: "zero", rewritten: "rewritten", refused: "refused" } as const;

/** docs/ops.md, made from the registry. */
export function opsTable(): string {
  const history = new Map<string, OpHistory>(Object.entries(opSet));
  const standard = [...history].map(([op, { since, until }]) => {
    const versions = until === undefined ? since.join(", ") : `${since.join(", ")}; dropped in ${until}`;
    return [op, versions, ...describe(registry.get(op))];
  });
  const others = [...registry].filter(([op]) => !history.has(op)).sort(([a], [b]) => (a < b ? -1 : 1));
  const own = others.map(([op, entry]) => [op, ...describe(entry)]);
  const count = (status: Entry["status"]) => [...registry.values()].filter((entry) => entry.status === status).length;
  return `# Ops and their gradients

Every op of ONNX's default domain up to opset ${workingOpset}, and those of ONNX Runtime's own domain that are known here. This table is
written from the registry by a test; \`npx vitest run tests/gradients -u\` writes it anew.

- **rule**: differentiable (${count("rule")} ops). The formula stands above the rule, in \`src/gradients/rules/\`.
- **rewritten**: written in other ops before anything is differentiated (${count("rewritten")} ops), in \`src/graph/rewrites/\`, or
  when an older opset is read.
- **zero**: piecewise constant, or not a function of float values: nothing flows back (${count("zero")} ops).
- **refused**: not differentiated, for the reason given (${count("refused")} ops). Such an op may stand anywhere but between a
  parameter and the loss.

Each rule is checked by finite differences, with samples for its attributes, in \`tests/gradients/samples/\`. A model of opset 7
or later is brought to opset ${workingOpset} when it is read, so there is one rule for each op, whatever the opset.

## ONNX

${table(["op", "changed in opset", "gradient", "note"], standard)}

## ONNX Runtime and others

${table(["op", "gradient", "note"], own)}
`;
}

function describe(entry: Entry | undefined): [string, string] {
  if (entry === undefined) return ["missing", ""];
  const note = entry.status === "refused" ? entry.reason : entry.status === "rewritten" ? `into ${entry.into}` : "";
  return [words[entry.status], note];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => (row[i] ?? "").length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
