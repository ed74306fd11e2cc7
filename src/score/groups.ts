import { OnwardError } from "../core/index.ts";

/** The most values of a `by` column. */
const mostGroups = 1000;

/** Something for all rows, and for each group that comes up. */
export class Groups<T> {
  readonly #make: () => T;
  readonly #items = new Map<string | undefined, T>();

  constructor(make: () => T) {
    this.#make = make;
  }

  of(name: string | undefined): T {
    let item = this.#items.get(name);
    if (item === undefined) {
      if (this.#items.size > mostGroups) {
        throw new OnwardError("data", { expected: `at most ${mostGroups} values in the column of --by`, got: "more" });
      }
      item = this.#make();
      this.#items.set(name, item);
    }
    return item;
  }

  set(name: string | undefined, item: T): void {
    this.#items.set(name, item);
  }

  all(): Iterable<[string | undefined, T]> {
    return this.#items;
  }

  *named(): Iterable<[string, T]> {
    for (const [name, item] of this.#items) if (name !== undefined) yield [name, item];
  }

  forEach(use: (item: T) => void): void {
    for (const item of this.#items.values()) use(item);
  }
}
