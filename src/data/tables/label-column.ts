import { OnwardError, show } from "../../core/index.ts";
import { inOrder } from "../../tables/label-text.ts";
import type { TableReader, Texts } from "./table-reader.ts";

/** More classes than this come of a column that does not hold class labels. */
const mostClasses = 65_536;

/** Lists the classes of a label column: integers by value, else by text. */
export function classesOf({ texts }: Texts, name: string, where: string): string[] {
  if (texts.length <= mostClasses) return inOrder(texts);
  throw new OnwardError("data", {
    expected: `at most ${mostClasses} classes in column ${show(name)}`,
    got: String(texts.length),
    where,
    advice: "is it a column of class labels?",
  });
}

/**
 * Turns labels into class indices.
 *
 * @throws OnwardError `data` for a row without a label, or with one that is no class
 */
export function labelIndices(
  { codes, texts }: Texts,
  name: string,
  classNames: readonly string[],
  reader: TableReader,
): Int32Array {
  const indices = new Map(classNames.map((text, index) => [text, index]));
  const byCode = texts.map((text) => indices.get(text));
  return codes.map((code, row) => {
    const index = code < 0 ? undefined : byCode[code];
    if (index !== undefined) return index;
    const listed = classNames.slice(0, 8).map(show).join(", ");
    throw new OnwardError("data", {
      expected:
        code < 0 ? `a label in column ${show(name)}` : `a class of ${listed}${classNames.length > 8 ? ", ..." : ""}`,
      got: code < 0 ? "none" : show(texts[code]),
      where: reader.where(row),
    });
  });
}
