import type { Outcome } from "./outcome.ts";

/** What a run found, for results.json. */
export function reportOf(outcomes: readonly Outcome[], versions: Readonly<Record<string, string>>): object {
  const withRule = outcomes.filter(({ status }) => status === "rule" || status === "rewritten");
  return {
    versions,
    cases: count(outcomes),
    "cases of an op with a rule": count(withRule),
    "left out, by reason": byReason(outcomes.filter(({ result }) => result === "left out")),
    "left out of those with a rule, by reason": byReason(withRule.filter(({ result }) => result === "left out")),
    notes: tally(outcomes.flatMap(({ notes }) => notes?.map(general) ?? [])),
    types: tally(outcomes.flatMap(({ result, type }) => (result === "passed" && type !== undefined ? [type] : []))),
    ops: Object.fromEntries(
      [...grouped(outcomes, ({ op }) => op)].map(([op, own]) => [
        op,
        {
          status: own[0]?.status,
          ...count(own),
          "left out": byReason(own.filter(({ result }) => result === "left out")),
          error: Math.max(0, ...own.flatMap(({ result, error }) => (result === "passed" ? [error ?? 0] : []))),
        },
      ]),
    ),
    failed: outcomes
      .filter(({ result }) => result === "failed")
      .map(({ name, type, detail }) => ({ name, type, detail })),
    details: outcomes
      .filter(({ status, result }) => result === "left out" && status !== "zero" && status !== "refused")
      .map(({ name, reason, detail }) => ({ name, reason, detail })),
  };
}

/** The same as a table for the terminal. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const lines = [...grouped(outcomes, ({ op }) => op)].map(([op, own]) => {
    const { run, passed, failed } = count(own);
    const reasons = Object.entries(byReason(own.filter(({ result }) => result === "left out")));
    return [
      op.padEnd(44),
      String(own.length).padStart(4),
      String(run).padStart(4),
      String(passed).padStart(6),
      String(failed).padStart(6),
      ` ${reasons.map(([reason, n]) => `${n} ${reason}`).join("; ")}`,
    ].join(" ");
  });
  const all = count(outcomes);
  return [
    `${"op".padEnd(44)} all  run passed failed  left out`,
    ...lines,
    "",
    `${all.cases} cases: ${all.run} run, ${all.passed} passed, ${all.failed} failed, ${all.cases - all.run} left out`,
    ...Object.entries(byReason(outcomes.filter(({ result }) => result === "left out"))).map(
      ([reason, n]) => `  ${String(n).padStart(4)} ${reason}`,
    ),
  ].join("\n");
}

/** One case in a line. */
export function lineOf({ name, result, reason, detail, type, error, notes }: Outcome): string {
  const numbers = result === "passed" ? `${type ?? ""} ${error?.toExponential(1) ?? ""}` : (type ?? "");
  return [name, result, numbers, reason, detail, ...(notes ?? [])].filter((part) => part).join(" | ");
}

function count(outcomes: readonly Outcome[]) {
  const of = (result: Outcome["result"]) => outcomes.filter((outcome) => outcome.result === result).length;
  return { cases: outcomes.length, run: of("passed") + of("failed"), passed: of("passed"), failed: of("failed") };
}

function byReason(outcomes: readonly Outcome[]): Record<string, number> {
  return tally(outcomes.map(({ reason }) => reason ?? ""));
}

function tally(texts: readonly string[]): Record<string, number> {
  const counts = [...grouped(texts, (text) => text)].map(([text, all]) => [text, all.length] as const);
  return Object.fromEntries(counts.sort(([, a], [, b]) => b - a));
}

/** A note without the names in it. */
function general(note: string): string {
  return note.replace(/[:(].*$/s, "").trim();
}

function grouped<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}
