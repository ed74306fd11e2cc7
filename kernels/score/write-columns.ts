const scoresAtOnce = 1 << 12;

/** Writes the probabilities of some classes, whose indices are at `wanted`, column by column: row `at` on of each. */
export function writeColumns(
  probabilities: usize,
  rows: i32,
  classes: i32,
  wanted: usize,
  count: i32,
  columns: usize,
  capacity: i32,
  at: i32,
): void {
  const step = max(1, scoresAtOnce / classes);
  const width = (<usize>classes) << 3;
  for (let first = 0; first < rows; first += step) {
    const length = min(step, rows - first);
    for (let i = 0; i < count; i++) {
      const k = load<i32>(wanted + ((<usize>i) << 2));
      let cell = probabilities + <usize>first * width + ((<usize>k) << 3);
      let place = columns + (<usize>i * <usize>capacity + <usize>(at + first)) * 8;
      for (let row = 0; row < length; row++) {
        store<f64>(place, load<f64>(cell));
        place += 8;
        cell += width;
      }
    }
  }
}
