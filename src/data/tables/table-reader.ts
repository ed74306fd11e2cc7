import { OnwardError, show } from "../../core/index.ts";
import { doubles, findFiles, labelText, present, sqlName, sqlText, texts } from "../../tables/index.ts";
import type { Database, InputFile } from "../../tables/index.ts";
import type { TextExtent } from "./check-memory.ts";

/** A column of numbers as it was read; NaN where a value is missing. */
export interface Numbers {
  readonly kind: "number";
  readonly values: Float64Array;
}

/** A column of texts as it was read: for each row the number of its text, -1 where it is missing. */
export interface Texts {
  readonly kind: "text";
  readonly codes: Int32Array;
  readonly texts: readonly string[];
}

/** What a column holds, over all rows. */
export interface Survey {
  readonly name: string;
  readonly type: string;
  /** Rows with a value. */
  readonly present: number;
  /** Rows whose value reads as a number. */
  readonly numeric: number;
  /** A value that does not. */
  readonly other: string | undefined;
}

/** Reads the columns of table files of one shape, one file after another. */
export class TableReader {
  readonly size: number;
  readonly types: ReadonlyMap<string, string>;
  readonly #database: Database;
  readonly #files: readonly { readonly file: InputFile; readonly rows: number }[];
  readonly #missingValues: string;

  private constructor(
    database: Database,
    files: readonly { readonly file: InputFile; readonly rows: number }[],
    types: ReadonlyMap<string, string>,
    missingValues: readonly string[],
  ) {
    this.#database = database;
    this.#files = files;
    this.types = types;
    this.size = files.reduce((sum, { rows }) => sum + rows, 0);
    this.#missingValues = missingValues.map(sqlText).join(", ");
  }

  /**
   * Opens the files that a path or glob names.
   *
   * @throws OnwardError `file` when there are none or they cannot be read, `data` when their columns differ or there is no row
   */
  static async open(database: Database, pattern: string, missingValues: readonly string[]): Promise<TableReader> {
    const files: { file: InputFile; rows: number }[] = [];
    let types: Map<string, string> | undefined;
    for (const file of await findFiles(database, [pattern])) {
      const described = await database.rows(`DESCRIBE SELECT * FROM ${file.relation}`, file.path);
      const found = new Map(described.map(([name, type]) => [String(name), String(type)]));
      types ??= found;
      const differs = [...types.keys()].find((name) => !found.has(name));
      if (differs !== undefined) {
        const expected = `a column ${show(differs)}, as the first file has`;
        throw new OnwardError("data", { expected, got: "none", where: file.path });
      }
      const [[count] = []] = await database.rows(`SELECT count(*) FROM ${file.relation}`, file.path);
      files.push({ file, rows: Number(count) });
    }
    const reader = new TableReader(database, files, types ?? new Map<string, string>(), missingValues);
    if (reader.size > 0) return reader;
    throw new OnwardError("data", { expected: "at least one row", got: "none", where: pattern });
  }

  /** Names a row for errors. */
  where(row: number): string {
    let first = 0;
    for (const { file, rows } of this.#files) {
      if (row < first + rows) return `${file.path}, row ${row - first}`;
      first += rows;
    }
    return `row ${row}`;
  }

  /** Names the table for errors. */
  get name(): string {
    return this.#files[0]?.file.path ?? "table";
  }

  /** @throws OnwardError `data` when there is no such column, naming those that there are */
  check(name: string): void {
    if (this.types.has(name)) return;
    const names = [...this.types.keys()];
    const listed = names.slice(0, 12).map(show).join(", ");
    throw new OnwardError("data", {
      expected: `a column ${show(name)}`,
      got: names.length > 12 ? `${listed} and ${names.length - 12} more` : listed,
      where: this.name,
    });
  }

  /** Counts values and numbers in columns, over all files. */
  async survey(names: readonly string[]): Promise<Survey[]> {
    const sums = names.map((name) => {
      return { name, type: this.types.get(name) ?? "", present: 0, numeric: 0, other: undefined as string | undefined };
    });
    const parts = names.map((name) => {
      const value = this.#value(name);
      const number = `TRY_CAST(${value} AS DOUBLE)`;
      return `count(${value}), count(${number}), min(CAST(${value} AS VARCHAR)) FILTER (${number} IS NULL)`;
    });
    for (const { file } of this.#files) {
      const [row = []] = await this.#database.rows(`SELECT ${parts.join(", ")} FROM ${file.relation}`, file.path);
      for (const [i, sum] of sums.entries()) {
        sum.present += Number(row[3 * i]);
        sum.numeric += Number(row[3 * i + 1]);
        const other = row[3 * i + 2];
        if (typeof other === "string") sum.other ??= other;
      }
    }
    return sums;
  }

  /** Measures the texts of columns, over all files; about, and without holding them. */
  async extents(names: readonly string[]): Promise<TextExtent[]> {
    const sums = names.map(() => ({ distinct: 0, present: 0, characters: 0 }));
    const parts = names.map((name) => {
      const value = this.#value(name);
      return `approx_count_distinct(${value}), count(${value}), sum(length(CAST(${value} AS VARCHAR)))`;
    });
    for (const { file } of names.length === 0 ? [] : this.#files) {
      const [row = []] = await this.#database.rows(`SELECT ${parts.join(", ")} FROM ${file.relation}`, file.path);
      for (const [i, sum] of sums.entries()) {
        sum.distinct += Number(row[3 * i]);
        sum.present += Number(row[3 * i + 1]);
        sum.characters += Number(row[3 * i + 2] ?? 0);
      }
    }
    return sums.map(({ distinct, present, characters }) => ({
      distinct: Math.min(distinct, present),
      length: present === 0 ? 0 : characters / present,
    }));
  }

  /**
   * Reads a column of numbers.
   *
   * @throws OnwardError `data` for a text or an infinity, with its row
   */
  async numbers(name: string): Promise<Numbers> {
    const values = new Float64Array(this.size);
    const [survey] = await this.survey([name]);
    if (survey?.other !== undefined) {
      const expected = `column ${show(name)} to hold numbers`;
      const advice =
        "tell what marks a missing value (--missing-values), or have the column read as categories (--categories)";
      throw new OnwardError("data", { expected, got: show(survey.other), where: this.name, advice });
    }
    let row = 0;
    for await (const chunk of this.#chunks(`CAST(${this.#value(name)} AS DOUBLE)`)) {
      const column = doubles(chunk, 0);
      for (let i = 0; i < chunk.rowCount; i++, row++) {
        const value = present(column.validity, i) ? (column.values[i] as number) : NaN;
        if (Math.abs(value) === Infinity) {
          const expected = `column ${show(name)} to hold finite numbers`;
          throw new OnwardError("data", { expected, got: String(value), where: this.where(row) });
        }
        values[row] = value;
      }
    }
    return { kind: "number", values };
  }

  /** Reads a column of texts. */
  async texts(name: string): Promise<Texts> {
    const codes = new Int32Array(this.size);
    const known = new Map<string, number>();
    let row = 0;
    for await (const chunk of this.#chunks(labelText(this.#value(name), this.types.get(name) ?? ""))) {
      for (const text of texts(chunk, 0)) {
        let code = -1;
        if (text !== undefined) {
          code = known.get(text) ?? known.size;
          if (code === known.size) known.set(text, code);
        }
        codes[row++] = code;
      }
    }
    return { kind: "text", codes, texts: [...known.keys()] };
  }

  async *#chunks(expression: string) {
    for (const { file } of this.#files) {
      yield* this.#database.stream(`SELECT ${expression} FROM ${file.relation}`, file.path);
    }
  }

  /** A column's value, or NULL where it is missing. */
  #value(name: string): string {
    const column = sqlName(name);
    const type = this.types.get(name) ?? "";
    if (type === "DOUBLE" || type === "FLOAT") return `CASE WHEN isnan(${column}) THEN NULL ELSE ${column} END`;
    if (type !== "VARCHAR" || this.#missingValues === "") return column;
    return `CASE WHEN ${column} IN (${this.#missingValues}) THEN NULL ELSE ${column} END`;
  }
}
