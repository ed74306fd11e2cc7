/** Up to this many classes the grid is one dense array of at most 32 MB. */
const denseLimit = 2048;

/** Counts of pairs (row, column) of a square grid: dense while that is small, else only the pairs that occur. */
export class CountGrid {
  readonly size: number;
  readonly #dense: Float64Array | undefined;
  readonly #sparse = new Map<number, number>();

  constructor(size: number) {
    this.size = size;
    if (size <= denseLimit) this.#dense = new Float64Array(size * size);
  }

  add(row: number, column: number, count = 1): void {
    const cell = row * this.size + column;
    if (this.#dense !== undefined) this.#dense[cell] = (this.#dense[cell] as number) + count;
    else this.#sparse.set(cell, (this.#sparse.get(cell) ?? 0) + count);
  }

  at(row: number, column: number): number {
    const cell = row * this.size + column;
    return this.#dense?.[cell] ?? this.#sparse.get(cell) ?? 0;
  }

  /** The pairs that occur, by row and then column. */
  entries(): [row: number, column: number, count: number][] {
    const cells =
      this.#dense === undefined
        ? [...this.#sparse].sort(([a], [b]) => a - b)
        : [...this.#dense.entries()].filter(([, count]) => count !== 0);
    return cells.map(([cell, count]) => [Math.floor(cell / this.size), cell % this.size, count]);
  }
}
