/** Up to this many classes the grid is one dense array from the start, of at most 32 kB: there may be thousands of grids. */
const denseFromStart = 64;
/** Up to this many classes it becomes one, of at most 32 MB, ... */
const denseLimit = 2048;
/** ... once so large a part of the pairs occurs that keeping them apart would take as much. */
const denseFrom = 1 / 16;

/** Counts of pairs (row, column) of a square grid: dense while that is small, else only the pairs that occur. */
export class CountGrid {
  readonly size: number;
  #dense: Float64Array | undefined;
  readonly #sparse = new Map<number, number>();

  constructor(size: number) {
    this.size = size;
    if (size <= denseFromStart) this.#dense = new Float64Array(size * size);
  }

  add(row: number, column: number, count = 1): void {
    const cell = row * this.size + column;
    if (this.#dense !== undefined) this.#dense[cell] = (this.#dense[cell] as number) + count;
    else {
      this.#sparse.set(cell, (this.#sparse.get(cell) ?? 0) + count);
      if (this.size <= denseLimit && this.#sparse.size > denseFrom * this.size * this.size) this.#becomeDense();
    }
  }

  #becomeDense(): void {
    this.#dense = new Float64Array(this.size * this.size);
    for (const [cell, count] of this.#sparse) this.#dense[cell] = count;
    this.#sparse.clear();
  }

  at(row: number, column: number): number {
    const cell = row * this.size + column;
    return this.#dense?.[cell] ?? this.#sparse.get(cell) ?? 0;
  }

  /** The pairs that occur, by row and then column. */
  entries(): [row: number, column: number, count: number][] {
    const pairs: [row: number, column: number, count: number][] = [];
    const add = (cell: number, count: number) => {
      if (count !== 0) pairs.push([Math.floor(cell / this.size), cell % this.size, count]);
    };
    if (this.#dense !== undefined)
      for (let cell = 0; cell < this.#dense.length; cell++) add(cell, this.#dense[cell] ?? 0);
    else for (const [cell, count] of [...this.#sparse].sort(([a], [b]) => a - b)) add(cell, count);
    return pairs;
  }
}
