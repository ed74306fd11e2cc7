import type { RunList, RunSummary } from "../runs/index.ts";
import { formatDifference, formatNumber, formatShare } from "./format.ts";
import type { ComparedValue, RunComparison, ValueComparison } from "./run-comparison.ts";
import { type Column, tableHead, tableRow } from "./table.ts";

/** The runs of a folder as a table, then what is not one. */
export function describeRuns({ runs, leftOut }: RunList): string {
  const rows = runs.map((run) => [
    run.name,
    run.started?.slice(0, 16).replace("T", " ") ?? "-",
    run.state,
    run.epochsWanted === undefined ? String(run.epochs) : `${run.epochs}/${run.epochsWanted}`,
    formatShare(run.bestAccuracy?.value),
    formatNumber(run.bestLoss?.value),
    run.data ?? "-",
    run.model ?? "-",
  ]);
  const titles = ["run", "started (UTC)", "state", "epochs", "val acc. %", "val loss", "data", "model"];
  const lines = runs.length === 0 ? ["No runs."] : table(titles, rows, new Set([3, 4, 5]));
  const unended = runs.filter(({ state }) => state === "running");
  if (unended.length > 0) lines.push("", ...unended.map(lastSign));
  if (leftOut.length > 0)
    lines.push("", "Left out", ...leftOut.map(({ folder, reason }) => `  ${safe(folder)}: ${safe(reason)}`));
  return `${lines.join("\n")}\n`;
}

function lastSign({ name, updated }: RunSummary): string {
  const when = updated === undefined ? "at no known time" : `${updated.slice(0, 19).replace("T", " ")} UTC`;
  return `${safe(name)} has not said that it ended; its reports were last written ${when}`;
}

/** Two runs side by side. Differences are first minus second. */
export function describeRunComparison(first: RunSummary, second: RunSummary, comparison: RunComparison): string {
  const sides = [first, second].map(({ folder }) => folder);
  const lines: string[] = [];
  for (const [title, list] of [
    ["Options that differ", comparison.options],
    ["Versions that differ", comparison.versions],
  ] as const) {
    if (list.length === 0) continue;
    const rows = list.map((entry) => [entry.name, text(entry.first), text(entry.second)]);
    lines.push(...(lines.length > 0 ? [""] : []), ...table([title, ...sides], rows));
  }
  if (comparison.options.length === 0) lines.push("The options are the same.");
  lines.push(
    "",
    ...table(
      ["state", ...sides],
      [
        ["", first.state, second.state],
        ["epochs", String(first.epochs), String(second.epochs)],
      ],
    ),
  );
  for (const { phase, values } of comparison.phases) {
    const rows = values.map((value) => [
      `${value.which} ${value.measure}`,
      shown(value, value.first),
      shown(value, value.second),
      formatDifference(value.difference),
      value.interval === undefined ? "" : `[${value.interval.map(formatDifference).join(", ")}]`,
    ]);
    lines.push("", ...table([phase, ...sides, "difference", "95 % interval"], rows, new Set([1, 2, 3])));
  }
  if (comparison.phases.some(({ values }) => values.some(({ interval }) => interval !== undefined))) {
    lines.push(
      "",
      "Intervals take the two for runs over different samples. On the same ones, onward score --against says more.",
    );
  }
  return `${lines.join("\n")}\n`;
}

function shown({ measure }: ValueComparison, side: ComparedValue | undefined): string {
  if (side === undefined) return "-";
  const value = measure === "accuracy" ? `${formatShare(side.value)} %` : formatNumber(side.value);
  return side.epoch === undefined ? value : `${value} (${side.epoch})`;
}

/** Lines of cells, each column as wide as its widest; cells come from files, so what a terminal would act on is made visible. */
function table(titles: readonly string[], rows: readonly (readonly string[])[], right = new Set<number>()): string[] {
  const cells = rows.map((row) => row.map(safe));
  const columns = titles.map((title, i): Column => ({
    title: safe(title),
    width: Math.max(safe(title).length, ...cells.map((row) => row[i]?.length ?? 0)),
    align: right.has(i) ? "right" : "left",
  }));
  return [tableHead(columns), ...cells.map((row) => tableRow(columns, row))];
}

function text(value: unknown): string {
  if (value === undefined) return "-";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function safe(cell: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are exactly what must not reach the terminal
  const visible = cell.replace(/[\u0000-\u001f\u007f-\u009f]/g, "\uFFFD");
  return visible.length > 120 ? `${visible.slice(0, 117)}...` : visible;
}
