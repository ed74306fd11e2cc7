import { OnwardError, show } from "../core/index.ts";
import type { Database } from "./database.ts";
import { sqlText } from "./sql.ts";

/** A character that no text file has, so that a line is read whole. */
const never = sqlText("\u0001");

/**
 * Reads the header of a text table and writes the SQL that reads its rows, each column as text. Nothing is guessed from the
 * rows: cells are apart by tabs in a .tsv, else by commas, or by semicolons where the header has these and no comma; cells in
 * double quotes may hold anything.
 *
 * @throws OnwardError `data` when there is no header, or a name is there twice
 */
export async function csvRelation(database: Database, path: string, tabs: boolean): Promise<string> {
  const file = sqlText(path);
  const whole = `auto_detect = false, header = false, columns = {'line': 'VARCHAR'}, delim = ${never}, quote = '', escape = ''`;
  const [first] = await database.rows(`SELECT * FROM read_csv(${file}, ${whole}) LIMIT 1`, path);
  const line = typeof first?.[0] === "string" ? first[0].replace(/^\uFEFF/, "") : "";
  const delimiter = tabs ? "\t" : !line.includes(",") && line.includes(";") ? ";" : ",";
  const names = cellsOf(line, delimiter);
  if (names.every((name) => name === "")) {
    throw new OnwardError("data", {
      expected: "a first line with the names of the columns",
      got: show(line),
      where: path,
    });
  }
  const repeated = names.find((name, i) => name !== "" && names.indexOf(name) !== i);
  if (repeated !== undefined) {
    throw new OnwardError("data", {
      expected: "columns of different names",
      got: `${show(repeated)} twice`,
      where: path,
    });
  }
  // A nameless column, such as the index that pandas writes, is called by its place.
  const columns = names.map((name, i) => `${sqlText(name === "" ? `column ${i + 1}` : name)}: 'VARCHAR'`);
  const dialect = `auto_detect = false, header = true, delim = ${sqlText(delimiter)}, quote = '"', escape = '"'`;
  return `read_csv(${file}, ${dialect}, columns = {${columns.join(", ")}})`;
}

/** The cells of a line, without spaces around names that are not in quotes. */
function cellsOf(line: string, delimiter: string): string[] {
  const cells: string[] = [];
  let [cell, quoted] = ["", false];
  for (let i = 0; i < line.length; i++) {
    const character = line[i] as string;
    if (quoted && character === '"' && line[i + 1] === '"') cell += line[++i] as string;
    else if (character === '"' && (quoted || cell.trim() === "")) quoted = !quoted;
    else if (character === delimiter && !quoted) {
      cells.push(cell.trim());
      cell = "";
    } else cell += character;
  }
  return [...cells, cell.trim()];
}
