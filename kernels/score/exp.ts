// The exponential function of src/metrics/exp.ts; its table is handed over in memory.
const steps: f64 = 128;
const ln2: f64 = 0.6931471805599453;
const upper: f64 = 11908177887.0 / 2199023255552.0; // Math.round((ln 2 / steps) * 2 ** 41) / 2 ** 41
const restOfLn2: f64 = 2.3190468138462996e-17;
const lower: f64 = ln2 / steps - upper + restOfLn2 / steps;
const rounder: f64 = 6755399441055744; // 1.5 * 2 ** 52
const scale: f64 = steps / ln2;

/** Where, behind the table, the constants of `expPair` are; and how many bytes both take. */
const constants: usize = 2048;

function powerOfTwo(exponent: i64): f64 {
  return reinterpret<f64>((exponent + 1023) << 52);
}

/** Writes the constants behind the table: from there they cost one instruction each. */
export function prepareExp(table: usize): void {
  const at = table + constants;
  v128.store(at, f64x2.splat(scale));
  v128.store(at, f64x2.splat(rounder), 16);
  v128.store(at, f64x2.splat(upper), 32);
  v128.store(at, f64x2.splat(lower), 48);
  v128.store(at, f64x2.splat(0.5), 64);
  v128.store(at, f64x2.splat(1.0 / 6.0), 80);
  v128.store(at, f64x2.splat(1.0 / 24.0), 96);
  v128.store(at, f64x2.splat(1.0 / 120.0), 112);
  v128.store(at, i64x2.splat(-128), 128);
}

export function exp(x: f64, table: usize): f64 {
  if (!(x > -746 && x < 710)) return x > 0 ? Infinity : x < 0 ? 0 : NaN;
  const count = x * scale + rounder - rounder;
  const r = x - count * upper - count * lower;
  const whole = <i64>count;
  const exponent = whole >> 7;
  const square = r * r;
  const series = square * (0.5 + r * (1.0 / 6.0)) + square * square * (1.0 / 24.0 + r * (1.0 / 120.0));
  const entry = table + (((<usize>whole) & 127) << 4);
  const base = load<f64>(entry);
  const value = base + base * (load<f64>(entry, 8) + r + series);
  if (exponent > -1000 && exponent < 1000) return value * powerOfTwo(exponent);
  const far: i64 = exponent < 0 ? -500 : 500;
  return value * powerOfTwo(exponent - far) * powerOfTwo(far);
}

/** Of two numbers at once, from -690 to 690. */
export function expPair(x: v128, table: usize): v128 {
  const at = table + constants;
  const shifted = f64x2.add(f64x2.mul(x, v128.load(at)), v128.load(at, 16));
  const count = f64x2.sub(shifted, v128.load(at, 16));
  const r = f64x2.sub(f64x2.sub(x, f64x2.mul(count, v128.load(at, 32))), f64x2.mul(count, v128.load(at, 48)));
  const square = f64x2.mul(r, r);
  const series = f64x2.add(
    f64x2.mul(square, f64x2.add(v128.load(at, 64), f64x2.mul(r, v128.load(at, 80)))),
    f64x2.mul(f64x2.mul(square, square), f64x2.add(v128.load(at, 96), f64x2.mul(r, v128.load(at, 112)))),
  );
  // The lowest bits of the shifted number are those of the count as an integer.
  const first = v128.load(table + (((<usize>i64x2.extract_lane(shifted, 0)) & 127) << 4));
  const second = v128.load(table + (((<usize>i64x2.extract_lane(shifted, 1)) & 127) << 4));
  const base = v128.shuffle<f64>(first, second, 0, 2);
  const missing = v128.shuffle<f64>(first, second, 1, 3);
  const value = f64x2.add(base, f64x2.mul(base, f64x2.add(f64x2.add(missing, r), series)));
  // Times a power of two that leaves a normal number: added to the exponent's bits. Those of the rounder are shifted out.
  return i64x2.add(value, i64x2.shl(v128.and(shifted, v128.load(at, 128)), 45));
}
