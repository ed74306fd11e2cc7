import { OnwardError } from "../core/index.ts";
import { type Database, sqlText } from "../tables/index.ts";

/**
 * Writes the rows of a query as a file.
 *
 * @throws OnwardError `file` when it cannot be written, or the rows cannot be read
 */
export async function copyTo(database: Database, query: string, path: string, format: string): Promise<void> {
  await database.run(`COPY (${query}) TO ${sqlText(path)} (${format})`, path).catch((cause: unknown) => {
    if (!(cause instanceof OnwardError) || cause.fields.got?.includes(path) !== true) throw cause;
    throw new OnwardError("file", { ...cause.fields, expected: "a file to write", cause });
  });
}
