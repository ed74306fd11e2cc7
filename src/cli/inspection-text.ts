import type { Shape } from "../graph/index.ts";
import type { ModelInspection, OperationCount, ValueDescription } from "../steps/index.ts";
import { formatBytes, formatCount } from "./format.ts";
import { tableHead, tableRow, type Column } from "./table.ts";

/** An inspection as text for a terminal: the long lists first, what matters most at the end. */
export function inspectionText(file: string, inspection: ModelInspection): string {
  const sections = [parameters(inspection), operations(inspection), summary(file, inspection)];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function parameters({ parameters: list }: ModelInspection): string[] {
  const rows = list.map(({ name, shape, elements }) => [name, describeShape(shape), formatCount(elements)]);
  return table("Parameters", rows, [
    { title: "name", align: "left" },
    { title: "shape", align: "left" },
    { title: "values", align: "right" },
  ]);
}

function operations({ operations: list }: ModelInspection): string[] {
  const rows = list.map(({ op, count, status, ...more }) => [op, formatCount(count), meanings[status](more)]);
  return table("Operations", rows, [
    { title: "op", align: "left" },
    { title: "nodes", align: "right" },
    { title: "gradient", align: "left" },
  ]);
}

const meanings = {
  rule: () => "yes",
  zero: () => "zero",
  function: () => "as the file defines it",
  unknown: () => "not known",
  rewritten: ({ into }) => `as ${into ?? ""}`,
  refused: ({ reason }) => `no: ${reason ?? ""}`,
} as const satisfies Record<OperationCount["status"], (more: Pick<OperationCount, "into" | "reason">) => string>;

function summary(file: string, inspection: ModelInspection): string[] {
  const { producer, irVersion, opsets, inputs, outputs, stored, refused } = inspection;
  const made = [producer.name, producer.version].filter((text) => text !== "").join(" ");
  const versions = Object.entries(opsets).map(
    ([domain, version]) => `${domain === "" ? "ai.onnx" : domain} ${version}`,
  );
  return [
    line(file, `${made === "" ? "" : `${made}, `}IR ${irVersion}, opset ${versions.join(", ")}`),
    ...lines("Inputs", inputs.map(describeValue)),
    ...lines("Batch", batchSize(inspection)),
    ...lines("Outputs", outputs.map(describeValue)),
    line("Stored", `${formatCount(stored.tensors)} tensors, ${formatBytes(stored.bytes)}`),
    ...lines("Scores", scores(inspection)),
    ...lines("Head", head(inspection)),
    ...lines("In training", forms(inspection)),
    ...lines("Left out", leftOut(inspection)),
    ...lines("Refused", refusedNodes(refused)),
    ...lines("Trains", verdict(inspection)),
  ];
}

/** What became of a first dimension that the file fixes; nothing where it is open. */
function batchSize({ inputs, batch, fixedBatch }: ModelInspection): string[] {
  const declared = inputs[0]?.shape?.[0];
  if (typeof declared !== "number" || batch === undefined) return [];
  return [
    typeof batch === "number"
      ? `fixed at ${formatCount(batch)}, as ${fixedBatch ?? "the export says"}`
      : `exported for ${formatCount(declared)}, and opened to any number of samples`,
  ];
}

/** One line for each op and reason: its first node, and how many there are besides. */
function refusedNodes(refused: ModelInspection["refused"]): string[] {
  return byReason(refused.map(({ op, node, reason }) => ({ key: op, text: node, reason })));
}

/** One line for each reason: the first tensor, and how many there are besides. */
function leftOut({ leftOut: list }: ModelInspection): string[] {
  return byReason(
    list.map(({ name, shape, reason }) => ({ key: "", text: `${name} ${describeShape(shape)}`, reason })),
  );
}

function byReason(list: readonly { readonly key: string; readonly text: string; readonly reason: string }[]): string[] {
  const groups = new Map<string, { text: string; reason: string; count: number }>();
  for (const { key, text, reason } of list) {
    const group = groups.get(`${key} ${reason}`) ?? { text, reason, count: 0 };
    groups.set(`${key} ${reason}`, { ...group, count: group.count + 1 });
  }
  return [...groups.values()].map(({ text, reason, count }) => {
    const more = count === 1 ? "" : ` and ${formatCount(count - 1)} more`;
    return `${text}${more}: ${reason}`;
  });
}

function head({ head: found, headless }: ModelInspection): string[] {
  if (found === undefined) return headless === undefined ? [] : [`none. ${headless}`];
  const { node, weight, bias, features, classes, before } = found;
  const tensors = bias === undefined ? weight : `${weight} and ${bias}`;
  const after = before.length === 0 ? "" : `; then ${before.join(", ")}`;
  return [`${node}: ${formatCount(features)} features to ${formatCount(classes)} classes by ${tensors}${after}`];
}

function scores({ scores: found }: ModelInspection): string[] {
  if (found === undefined) return [];
  const loss = found.activation === "softmax" ? "cross-entropy" : "binary cross-entropy";
  return [`${found.kind}, by ${found.node}; a ${loss} is computed from the logits that it reads`];
}

function forms({ trainingForms: { batchNormalization, dropout }, operations: list }: ModelInspection): string[] {
  const convolutions = list.some(({ op }) => op === "Conv");
  const norms =
    batchNormalization > 0
      ? `${counted(batchNormalization, "batch normalisation uses", "batch normalisations use")} each batch's statistics, unless frozen`
      : convolutions
        ? "no batch normalisation: where the network had any, its export has folded it into the weights, which train as they are"
        : "no batch normalisation";
  const drops = dropout > 0 ? counted(dropout, "dropout drops", "dropouts drop") : "no dropout";
  return [norms, drops];
}

function counted(count: number, one: string, several: string): string {
  return `${formatCount(count)} ${count === 1 ? one : several}`;
}

function verdict({ parameters: list, statistics, obstacle }: ModelInspection): string[] {
  if (obstacle !== undefined) return [`no. ${obstacle}`];
  const total = (of: "elements" | "bytes") => list.reduce((sum, parameter) => sum + parameter[of], 0);
  const kept = statistics.length === 0 ? "" : `, and ${formatCount(statistics.length)} running statistics`;
  return [
    `yes: ${counted(list.length, "parameter", "parameters")} of ${counted(total("elements"), "value", "values")} (${formatBytes(total("bytes"))})${kept}`,
  ];
}

function describeValue({ name, type, shape }: ValueDescription): string {
  return [name, type ?? "of unknown type", ...(shape === undefined ? [] : [describeShape(shape)])].join("  ");
}

function describeShape(shape: Shape): string {
  return `[${shape.map((size) => size ?? "?").join(", ")}]`;
}

const labelWidth = 13;

function line(label: string, text: string): string {
  return `${label.padEnd(labelWidth - 2)}  ${text}`;
}

/** A line for each text, with the label before the first. */
function lines(label: string, texts: readonly string[]): string[] {
  return texts.map((text, i) => line(i === 0 ? label : "", text));
}

function table(
  title: string,
  rows: readonly (readonly string[])[],
  columns: readonly Omit<Column, "width">[],
): string[] {
  if (rows.length === 0) return [];
  const sized = columns.map((column, i) => ({
    ...column,
    width: Math.max(column.title.length, ...rows.map((cells) => cells[i]?.length ?? 0)),
  }));
  return [title, ...[tableHead(sized), ...rows.map((cells) => tableRow(sized, cells))].map((text) => `  ${text}`)];
}
