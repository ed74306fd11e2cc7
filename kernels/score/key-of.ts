/** The high word of a float64 as an integer that sorts as the number does, as `keyOf` of src/metrics. */
export function keyOf(score: usize): i32 {
  const word = load<i32>(score, 4);
  if (word == i32.MIN_VALUE) return 0;
  return word < 0 ? word ^ 0x7fffffff : word;
}
