/** Adds up in NumPy's order, as `pairwiseSum` of src/metrics does. */
export function pairwiseSum(values: usize, length: i32): f64 {
  if (length < 8) {
    let sum: f64 = 0;
    for (let i = 0; i < length; i++) sum += load<f64>(values + ((<usize>i) << 3));
    return sum;
  }
  if (length > 128) {
    const half = (length >> 1) - ((length >> 1) & 7);
    return pairwiseSum(values, half) + pairwiseSum(values + ((<usize>half) << 3), length - half);
  }
  let ab = v128.load(values);
  let cd = v128.load(values, 16);
  let ef = v128.load(values, 32);
  let gh = v128.load(values, 48);
  const end = length & ~7;
  for (let i = 8; i < end; i += 8) {
    const at = values + ((<usize>i) << 3);
    ab = f64x2.add(ab, v128.load(at));
    cd = f64x2.add(cd, v128.load(at, 16));
    ef = f64x2.add(ef, v128.load(at, 32));
    gh = f64x2.add(gh, v128.load(at, 48));
  }
  let sum = both(ab) + both(cd) + (both(ef) + both(gh));
  for (let i = end; i < length; i++) sum += load<f64>(values + ((<usize>i) << 3));
  return sum;
}

function both(pair: v128): f64 {
  return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
}
