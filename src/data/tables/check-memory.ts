import { OnwardError } from "../../core/index.ts";

/** Of each value: 8 bytes as it is read, and 4 as an input. */
const bytesAValue = 12;

/**
 * Checks that a table fits into memory, before it is read: rows come shuffled, so that all of it is held.
 *
 * @param available - bytes; what the process may still take if absent
 * @throws OnwardError `data` when it does not
 */
export function checkMemory(
  { size, name }: { readonly size: number; readonly name: string },
  columns: number,
  available = process.availableMemory(),
): void {
  const needed = size * columns * bytesAValue;
  if (needed <= available) return;
  const gigabytes = (bytes: number) => (bytes / 1e9).toPrecision(3);
  throw new OnwardError("data", {
    expected: `memory for ${size} rows of ${columns} columns, about ${gigabytes(needed)} GB`,
    got: `${gigabytes(available)} GB that is free`,
    where: name,
    advice: "leave columns out, take a part of the rows, or feed them in order with the library's stream",
  });
}
