import { OnwardError, show } from "../core/index.ts";
import { inOrder, labelText, type Database, sqlName } from "../tables/index.ts";
import type { FileLayout } from "./file-layout.ts";
import type { ScoreOptions } from "./score-options.ts";

/** The classes of a task. */
export interface ClassSet {
  readonly count: number;
  /** Their names, by which labels go; absent where labels are indices. */
  readonly names: readonly string[] | undefined;
  /** Whether the names were found among the labels: then other files may bring others. */
  readonly found: boolean;
  /** The index of the class that binary areas are of; absent unless there are two classes. */
  readonly positive: number | undefined;
}

/** The most classes that are looked for among labels. */
const mostFound = 100_000;

/**
 * Settles what the classes are: those of `--classes`; else as many as there are scores; else, where a row has one score or
 * none, those that occur as labels and predictions.
 *
 * @throws OnwardError `data` or `usage` when the files and the options do not agree on it
 */
export async function classSet(
  database: Database,
  layouts: readonly FileLayout[],
  options: ScoreOptions,
): Promise<ClassSet> {
  const { classes, positive } = options;
  const repeated = classes?.find((name, i) => classes.indexOf(name) !== i);
  if (repeated !== undefined) {
    throw new OnwardError("usage", { expected: "different names in --classes", got: `${show(repeated)} twice` });
  }
  const width = scoreWidth(layouts);
  if (classes !== undefined) {
    if (width !== undefined && width !== classes.length) {
      throw new OnwardError("data", {
        expected: `${classes.length} scores a row, as --classes says`,
        got: String(width),
      });
    }
    return withPositive({ count: classes.length, names: classes, found: false }, positive);
  }
  if (width !== undefined && width !== 2)
    return withPositive({ count: width, names: undefined, found: false }, positive);
  const one = layouts.some(({ scores }) => scores?.form === "one");
  if (width === 2 && !one) return withPositive({ count: 2, names: undefined, found: false }, positive);
  const names = await namesFound(database, layouts, options);
  if (one) {
    const set = ofOneScore(names, positive);
    if (set !== undefined) return set;
    throw await strangeLabel(database, layouts, options, names);
  }
  return withPositive({ count: Math.max(1, names.length), names, found: true }, positive);
}

/**
 * A single score is of the positive class, whose name or index is known; the other class is what else occurs. Undefined when
 * more than one other does, or when the labels are indices, but for some.
 */
function ofOneScore(names: readonly string[], positive: string | undefined): ClassSet | undefined {
  const indices = names.every((name) => name === "0" || name === "1");
  if (indices && (positive === undefined || positive === "0" || positive === "1")) {
    return { count: 2, names: undefined, found: false, positive: positive === "0" ? 0 : 1 };
  }
  if (positive === undefined) {
    if (names.length > 2 && names.includes("0") && names.includes("1")) return undefined;
    throw new OnwardError("usage", {
      expected: "--positive to say which class the score is of, as the labels are not 0 and 1",
      got: "nothing",
    });
  }
  const others = names.filter((name) => name !== positive);
  if (others.length > 1) return undefined;
  return { count: 2, names: [others[0] ?? `not ${positive}`, positive], found: false, positive: 1 };
}

/** Says which labels there are besides the known ones, and where the first row is that has one too many. */
async function strangeLabel(
  database: Database,
  layouts: readonly FileLayout[],
  { label, prediction, positive, ignoreLabel }: ScoreOptions,
  names: readonly string[],
): Promise<OnwardError> {
  const indices = positive === undefined;
  const others = names.filter((name) => (indices ? name !== "0" && name !== "1" : name !== positive));
  const known = indices ? ["0", "1", ignoreLabel] : [positive, others[0], ignoreLabel];
  const fine = known.flatMap((name) => (name === undefined ? [] : [`'${name.replaceAll("'", "''")}'`])).join(", ");
  let where = "";
  for (const { file, types } of layouts) {
    for (const column of [label, prediction]) {
      if (column === undefined || where !== "") continue;
      const text = labelText(sqlName(column), types.get(column) ?? "VARCHAR");
      const rows = `SELECT row_number() OVER () AS row, ${text} AS name FROM ${file.relation}`;
      const sql = `SELECT row::DOUBLE FROM (${rows}) WHERE name NOT IN (${fine}) ORDER BY row LIMIT 1`;
      const [found] = await database.rows(sql, file.path);
      if (found !== undefined) where = `${file.path}, column ${column}, row ${String(found[0])}`;
    }
  }
  return new OnwardError("data", {
    expected: `labels to be ${indices ? "0 or 1" : `${show(positive)} or one other`}, as there is one score a row`,
    got: others.slice(0, 5).map(show).join(", "),
    where,
  });
}

function scoreWidth(layouts: readonly FileLayout[]): number | undefined {
  let width: number | undefined;
  for (const { file, scores } of layouts) {
    if (scores === undefined) continue;
    const here = scores.form === "columns" ? scores.names.length : scores.form === "list" ? scores.width : 2;
    if (here === undefined) continue;
    if (width !== undefined && here !== width) {
      throw new OnwardError("data", {
        expected: `${width} scores a row, as in the first file`,
        got: String(here),
        where: file.path,
      });
    }
    width = here;
  }
  const listed = layouts.filter(({ scores }) => scores !== undefined);
  if (width === undefined && listed.length > 0) {
    const where = listed.map(({ file }) => file.path).join(", ");
    throw new OnwardError("data", { expected: "rows with scores", got: "none", where });
  }
  return width;
}

/** The labels and predictions that occur, in order: as numbers where all are integers. */
async function namesFound(
  database: Database,
  layouts: readonly FileLayout[],
  { label, prediction, ignoreLabel }: ScoreOptions,
): Promise<string[]> {
  const names = new Set<string>();
  for (const { file, types } of layouts) {
    for (const column of [label, prediction]) {
      if (column === undefined) continue;
      const text = labelText(sqlName(column), types.get(column) ?? "VARCHAR");
      const sql = `SELECT DISTINCT ${text} AS name FROM ${file.relation} WHERE ${sqlName(column)} IS NOT NULL LIMIT ${mostFound}`;
      for (const [name] of await database.rows(sql, file.path)) names.add(String(name));
    }
  }
  if (ignoreLabel !== undefined) names.delete(ignoreLabel);
  if (names.size >= mostFound) {
    throw new OnwardError("data", {
      expected: `fewer than ${mostFound} different labels`,
      got: "more",
      advice: "is the label column one of numbers that are not classes?",
    });
  }
  return inOrder([...names]);
}

function withPositive(set: Omit<ClassSet, "positive">, positive: string | undefined): ClassSet {
  if (set.count !== 2) {
    if (positive === undefined) return { ...set, positive: undefined };
    throw new OnwardError("usage", { expected: "--positive with two classes only", got: `${set.count} classes` });
  }
  if (positive === undefined) return { ...set, positive: 1 };
  const index = set.names?.indexOf(positive) ?? ["0", "1"].indexOf(positive);
  if (index < 0) {
    const known = set.names ?? ["0", "1"];
    throw new OnwardError("usage", {
      expected: `--positive to be ${known.map(show).join(" or ")}`,
      got: show(positive),
    });
  }
  return { ...set, positive: index };
}
