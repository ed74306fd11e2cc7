import type { ScoreReport } from "../score/index.ts";
import { cut, formatAmount, formatCount, formatFixed, formatNumber } from "./format.ts";
import { type Column, tableHead, tableRow } from "./table.ts";

type PerClass = NonNullable<ScoreReport["metrics"]["perClass"]>[number];

/** The most classes that are all listed; of more, the worst are. */
const mostListed = 25;
const worstListed = 15;
/** Confusions that are listed where the matrix does not fit. */
const mostConfusions = 10;

const cells = [
  ["support", ({ support }) => formatAmount(support)],
  ["precision", ({ precision }) => formatFixed(precision)],
  ["recall", ({ recall }) => formatFixed(recall)],
  ["F1", ({ f1 }) => formatFixed(f1)],
  ["loss", ({ loss }) => formatNumber(loss)],
  ["ROC AUC", ({ rocAuc }) => formatFixed(rocAuc)],
] as const satisfies readonly (readonly [title: string, cell: (entry: PerClass) => string])[];

/** The table by class, in the width of the terminal: all classes, or of many the worst. */
export function describeClasses({ metrics: { perClass } }: ScoreReport, width: number): string {
  if (perClass === undefined) return "";
  const supported = perClass.filter(({ support }) => support !== 0);
  const all = perClass.length <= mostListed;
  const byF1 = supported.some(({ f1 }) => f1 !== undefined);
  const worst = [...supported].sort((a, b) => (byF1 ? (a.f1 ?? 0) - (b.f1 ?? 0) : (b.loss ?? 0) - (a.loss ?? 0)));
  const shown = all ? perClass : worst.slice(0, worstListed);
  const used = cells.filter(([, cell]) => perClass.some((entry) => cell(entry) !== "-"));
  const room = Math.max(8, width - 1 - 11 * used.length);
  const names = shown.map(({ label }) => cut(String(label), room));
  const columns: Column[] = [
    { title: "class", width: Math.max(5, ...names.map((name) => name.length)), align: "left" },
    ...used.map(([title]) => ({ title, width: 9 })),
  ];
  const lines = shown.map((entry, i) => tableRow(columns, [names[i] ?? "", ...used.map(([, cell]) => cell(entry))]));
  const head = tableHead(columns);
  if (all) return [head, ...lines].join("\n");
  const what = byF1 ? "lowest F1" : "highest loss";
  const title = `The ${shown.length} classes with the ${what}, of ${formatCount(supported.length)} with rows (--json has all)`;
  return [title, head, ...lines].join("\n");
}

/** The confusion matrix where it fits the terminal; else the pairs that are confused most often. */
export function describeConfusion({ metrics: { confusion, perClass } }: ScoreReport, width: number): string {
  if (confusion === undefined) return "";
  const names = (perClass ?? []).map(({ label }) => cut(String(label), 12));
  const longest = (texts: readonly string[]) => texts.reduce((most, { length }) => Math.max(most, length), 0);
  const cell = Math.max(3, longest(names), ...confusion.map((row) => longest(row.map(formatCount))));
  const first = Math.max(4, longest(names));
  if (first + confusion.length * (cell + 2) < width) {
    const columns: Column[] = [
      { title: "true", width: first, align: "left" },
      ...names.map((title) => ({ title, width: cell })),
    ];
    const lines = confusion.map((row, k) => tableRow(columns, [names[k] ?? String(k), ...row.map(formatCount)]));
    return ["Confusion: rows are true labels, columns predictions", tableHead(columns), ...lines].join("\n");
  }
  return confusedPairs(confusion, perClass ?? [], width);
}

function confusedPairs(confusion: readonly number[][], perClass: readonly PerClass[], width: number): string {
  const pairs: { label: number; prediction: number; count: number; share: number }[] = [];
  for (const [label, row] of confusion.entries()) {
    const total = row.reduce((sum, count) => sum + count, 0);
    for (const [prediction, count] of row.entries()) {
      if (count > 0 && prediction !== label) pairs.push({ label, prediction, count, share: count / total });
    }
  }
  if (pairs.length === 0) return "No class was taken for another.";
  const shown = pairs.sort((a, b) => b.count - a.count || a.label - b.label).slice(0, mostConfusions);
  const room = Math.floor((width - 30) / 2);
  const name = (k: number) => cut(String(perClass[k]?.label ?? k), room);
  const widest = (of: (pair: (typeof shown)[number]) => string) =>
    Math.max(10, ...shown.map((pair) => of(pair).length));
  const columns: Column[] = [
    { title: "true", width: widest(({ label }) => name(label)), align: "left" },
    { title: "taken for", width: widest(({ prediction }) => name(prediction)), align: "left" },
    { title: "rows", width: 9 },
    { title: "of true", width: 8 },
  ];
  const lines = shown.map(({ label, prediction, count, share }) =>
    tableRow(columns, [name(label), name(prediction), formatCount(count), `${(100 * share).toFixed(1)} %`]),
  );
  const others = pairs.length - shown.length;
  const rest = others === 0 ? [] : [`... and ${formatCount(others)} more pairs (--json has the whole matrix)`];
  return ["The most frequent confusions", tableHead(columns), ...lines, ...rest].join("\n");
}
