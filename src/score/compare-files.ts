import { OnwardError, show } from "../core/index.ts";
import {
  LossMoments,
  mcnemar,
  normalQuantile95,
  type PairedAuc,
  PairedAucState,
  type PairedDecisions,
  pairedProportionsInterval,
} from "../metrics/index.ts";
import { Database, labelText, sqlName } from "../tables/index.ts";
import type { ClassSet } from "./class-set.ts";
import { type FileLayout, fileLayout } from "./file-layout.ts";
import { type JudgedRows, judgeRows } from "./judge-rows.ts";
import { RankBuffer } from "./rank-buffer.ts";
import { RankCollector } from "./rank-collector.ts";
import { readRows } from "./read-rows.ts";
import { rowNumber } from "./row-chunk.ts";
import { type ScoreFilesOptions, scoreWith } from "./score-files.ts";
import { classLabel, present } from "./score-metrics.ts";
import type { ScoreOptions } from "./score-options.ts";
import type { ScoreReport } from "./score-report.ts";
import { reportOf, type Scored } from "./scored.ts";

/** What became of a class's samples from the first model to the second. */
export interface ClassChange {
  readonly label: string | number;
  readonly support: number;
  /** Samples that only the first model decided right, and that only the second one did. */
  readonly firstOnly: number;
  readonly secondOnly: number;
}

/** Two models on the same rows. Differences are first minus second. */
export interface Comparison {
  /** Rows of both, and rows that only one of them has: these are left out of the comparison. */
  readonly rows: number;
  readonly onlyInFirst: number;
  readonly onlyInSecond: number;
  readonly difference: {
    readonly loss?: number;
    readonly lossStandardError?: number;
    readonly lossInterval?: [low: number, high: number];
    readonly accuracy?: number;
    readonly accuracyInterval?: [low: number, high: number];
  };
  readonly mcnemar?: { readonly firstOnly: number; readonly secondOnly: number; readonly pValue: number };
  /** Of the positive class; for two classes without weights. */
  readonly rocAuc?: PairedAuc;
  readonly perClass?: readonly ClassChange[];
}

/** The report of the first model, that of the second, and how they compare. */
export interface ComparedReport extends ScoreReport {
  readonly against: ScoreReport;
  readonly comparison: Comparison;
}

/**
 * Scores two models' predictions for the same rows, and compares them row by row. Rows are matched by a key column.
 *
 * @throws OnwardError as `scoreFiles` does, and `data` when a key comes twice, no key is in both, or a label differs
 *
 * @example
 * ```ts
 * import { compareFiles } from "onward/score";
 * const options = { label: "label", scores: "logit_", kind: "logits" } as const;
 * const { comparison } = await compareFiles(["new.csv"], ["old.csv"], "id", options);
 * ```
 */
export async function compareFiles(
  first: readonly string[],
  second: readonly string[],
  key: string,
  options: ScoreOptions,
  more: ScoreFilesOptions = {},
): Promise<ComparedReport> {
  const database = await Database.open(more);
  try {
    const a = await scoreWith(database, first, options, more);
    const b = await scoreWith(database, second, options, more);
    if (JSON.stringify(a.classes) !== JSON.stringify(b.classes)) {
      throw new OnwardError("data", {
        expected: "the same classes in both",
        got: `${a.classes.count} and ${b.classes.count}`,
        advice: "give --classes",
      });
    }
    const joined = await join(database, a, b, key, options);
    const comparison = await new Pairs(database, joined, a.classes, options).compare();
    return { ...reportOf(a), against: reportOf(b), comparison };
  } finally {
    await database.close();
  }
}

/** What the keys are called, as text, beside the columns of the files. */
const keyColumn = "onward key";

/** Both files with the rows of both alone, in the order of their keys. */
interface Joined {
  readonly first: FileLayout;
  readonly second: FileLayout;
  readonly onlyInFirst: number;
  readonly onlyInSecond: number;
}

async function join(database: Database, a: Scored, b: Scored, key: string, options: ScoreOptions): Promise<Joined> {
  const text = sqlName(keyColumn);
  const sides = [a, b].map(({ layouts }) => {
    for (const { file, types } of layouts) {
      if (types.has(key)) continue;
      throw new OnwardError("data", { expected: `a column ${show(key)}, the key`, got: "none", where: file.path });
    }
    const where = layouts.map(({ file }) => file.path).join(", ");
    const selects = layouts.map(({ file, types }) => {
      const own = labelText(sqlName(key), types.get(key) ?? "");
      return `SELECT *, ${own} AS ${text} FROM ${file.relation}`;
    });
    return { where, rows: selects.join(" UNION ALL BY NAME ") };
  });
  for (const { where, rows } of sides) {
    const [twice] = await database.rows(
      `SELECT ${text} AS k, count(*) FROM (${rows}) GROUP BY k HAVING count(*) > 1 OR k IS NULL LIMIT 1`,
      where,
    );
    if (twice === undefined) continue;
    const got = twice[0] === null ? "none" : `${show(twice[0])} ${String(twice[1])} times`;
    throw new OnwardError("data", { expected: `one row for each ${show(key)}`, got, where });
  }
  const [left, right] = sides as [{ where: string; rows: string }, { where: string; rows: string }];
  const keysOf = (rows: string) => `SELECT ${text} FROM (${rows})`;
  const layoutOf = async (one: string, other: string, where: string) => {
    const relation = `(SELECT * FROM (${one}) WHERE ${text} IN (${keysOf(other)}) ORDER BY ${text})`;
    return fileLayout(database, { path: where, bytes: 1, relation, text: false }, options);
  };
  const lone = async (one: string, other: string) => {
    const sql = `SELECT count(*)::DOUBLE FROM (${one}) WHERE ${text} NOT IN (${keysOf(other)})`;
    return Number((await database.rows(sql, left.where))[0]?.[0] ?? 0);
  };
  return {
    first: await layoutOf(left.rows, right.rows, left.where),
    second: await layoutOf(right.rows, left.rows, right.where),
    onlyInFirst: await lone(left.rows, right.rows),
    onlyInSecond: await lone(right.rows, left.rows),
  };
}

/** Passes over the pairs of rows. */
class Pairs {
  readonly #database: Database;
  readonly #joined: Joined;
  readonly #classes: ClassSet;
  readonly #options: ScoreOptions;

  constructor(database: Database, joined: Joined, classes: ClassSet, options: ScoreOptions) {
    this.#database = database;
    this.#joined = joined;
    this.#classes = classes;
    this.#options = options;
  }

  async compare(): Promise<Comparison> {
    const { positive, count } = this.#classes;
    const ranked = this.#options.scores !== undefined && positive !== undefined && this.#options.weight === undefined;
    const collectors = [0, 1].map(() => new RankCollector(count, [positive ?? 0]));
    const losses = new LossMoments();
    const firstOnly = new Float64Array(count);
    const secondOnly = new Float64Array(count);
    const support = new Float64Array(count);
    const decisions = { both: 0, firstOnly: 0, secondOnly: 0, neither: 0 };
    let [rows, decided] = [0, false];
    for await (const [a, b] of this.#pairs()) {
      rows += a.kept.length;
      if (ranked && a.scored !== undefined && b.scored !== undefined) {
        collectors[0]?.add(a.scored);
        collectors[1]?.add(b.scored);
      }
      addDifferences(losses, a, b);
      const { labels } = a.kept;
      if (labels === undefined || a.decided === undefined || b.decided === undefined) continue;
      decided = true;
      for (const [row, label] of labels.entries()) {
        const [right, alsoRight] = [a.decided[row] === label, b.decided[row] === label];
        support[label] = (support[label] as number) + 1;
        if (right && alsoRight) decisions.both++;
        else if (right) {
          decisions.firstOnly++;
          firstOnly[label] = (firstOnly[label] as number) + 1;
        } else if (alsoRight) {
          decisions.secondOnly++;
          secondOnly[label] = (secondOnly[label] as number) + 1;
        } else decisions.neither++;
      }
    }
    if (rows === 0) throw new OnwardError("data", { expected: "rows whose key is in both", got: "none" });
    const perClass = Array.from(support, (rowsOf, k) => ({
      label: classLabel(this.#classes.names, k),
      support: rowsOf,
      firstOnly: firstOnly[k] as number,
      secondOnly: secondOnly[k] as number,
    }));
    const { onlyInFirst, onlyInSecond } = this.#joined;
    const mean = losses.mean();
    return present<Comparison>({
      rows,
      onlyInFirst,
      onlyInSecond,
      difference: differenceOf(mean, losses.standardError(rows), decided ? decisions : undefined, rows),
      mcnemar: decided
        ? {
            firstOnly: decisions.firstOnly,
            secondOnly: decisions.secondOnly,
            pValue: mcnemar(decisions.firstOnly, decisions.secondOnly),
          }
        : undefined,
      rocAuc: ranked ? await this.#areas(collectors, positive) : undefined,
      perClass: decided ? perClass : undefined,
    });
  }

  async #areas(collectors: readonly RankCollector[], positive: number): Promise<PairedAuc | undefined> {
    const [first, second] = collectors.map((collector) => collector.counters()[0]);
    if (first === undefined || second === undefined) return undefined;
    const buffers = [first, second].map((counter) => new RankBuffer([counter], this.#classes.count));
    for await (const pair of this.#pairs()) {
      for (const [i, { scored }] of pair.entries()) if (scored !== undefined) buffers[i]?.add(scored);
    }
    for (const buffer of buffers) buffer.flush();
    const state = new PairedAucState(first, second);
    for await (const [a, b] of this.#pairs()) {
      if (a.scored === undefined || b.scored === undefined) continue;
      for (const [row, label] of a.scored.labels.entries()) {
        const cell = row * this.#classes.count + positive;
        state.add(label === positive, a.scored.probabilities[cell] as number, b.scored.probabilities[cell] as number);
      }
    }
    return state.read();
  }

  /** The rows of both files side by side. */
  async *#pairs(): AsyncGenerator<[first: JudgedRows, second: JudgedRows]> {
    const { first, second } = this.#joined;
    const shape = { options: this.#options, classes: this.#classes };
    const others = readRows(this.#database, second, this.#classes, this.#options);
    for await (const chunk of readRows(this.#database, first, this.#classes, this.#options)) {
      const other = await others.next();
      if (other.done === true || other.value.length !== chunk.length) {
        throw new OnwardError("data", {
          expected: "the same rows in both",
          got: "other ones",
          where: second.file.path,
        });
      }
      const differ = chunk.labels?.findIndex((label, row) => label !== other.value.labels?.[row]) ?? -1;
      if (differ >= 0) {
        const label = (index: number | undefined) => show(classLabel(this.#classes.names, index ?? 0));
        const sql = `SELECT ${sqlName(keyColumn)} FROM ${first.file.relation} LIMIT 1 OFFSET ${rowNumber(chunk, differ) - 1}`;
        const [key] = (await this.#database.rows(sql, first.file.path))[0] ?? [];
        throw new OnwardError("data", {
          expected: "the same label for the same key in both",
          got: `${label(chunk.labels?.[differ])} and ${label(other.value.labels?.[differ])}`,
          where: `${first.file.path} and ${second.file.path}, key ${show(key)}`,
        });
      }
      yield [judgeRows(chunk, shape), judgeRows(other.value, shape)];
    }
  }
}

/** Adds the differences of the rows' losses, with the weights of the first. */
function addDifferences(moments: LossMoments, { losses: a }: JudgedRows, { losses: b }: JudgedRows): void {
  if (a === undefined || b === undefined) return;
  const differences = a.values.map((value, row) => value - (b.values[row] as number));
  if (a.apart && a.weights !== undefined) moments.addLosses(differences, a.weights);
  else moments.addTerms(differences, a.weights);
}

function differenceOf(
  loss: number | undefined,
  error: number | undefined,
  decisions: PairedDecisions | undefined,
  rows: number,
): Comparison["difference"] {
  const reach = error === undefined ? undefined : normalQuantile95 * error;
  return present<Comparison["difference"]>({
    loss,
    lossStandardError: error,
    lossInterval: loss === undefined || reach === undefined ? undefined : [loss - reach, loss + reach],
    accuracy: decisions && (decisions.firstOnly - decisions.secondOnly) / rows,
    accuracyInterval: decisions && pairedProportionsInterval(decisions),
  });
}
