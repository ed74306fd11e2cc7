import { OnwardError, show } from "../../core/index.ts";

/** Checks that an option is a number of steps. @throws OnwardError `usage` when it is not an integer of at least 1 */
export function checkCount(where: string, name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new OnwardError("usage", { expected: `${name} to be an integer of at least 1`, got: show(value), where });
}
