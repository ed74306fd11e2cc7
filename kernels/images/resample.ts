/**
 * Resamples rows of pixels, bytes of 1 or 3 channels side by side, into a plane of f32 for each channel: down first, then across.
 *
 * Output row i is the sum of `downTaps` rows from `downStarts[i]` on, weighted by the next `downTaps` of `downWeights`; output
 * column j of it that of the `acrossTaps` pixels from `acrossStarts[j]` on. Then come a factor and a summand for each channel.
 *
 * @param top - the row at `pixels`
 * @param from - the first byte of a row that is looked at, and `to` the one after the last
 * @param row - room for a row of sums, and 64 bytes more
 * @param factors - the factor and the summand of each channel
 * @param out - the planes, `plane` bytes apart; up to 12 bytes behind each are written over
 */
export function resample(
  pixels: usize,
  stride: usize,
  top: i32,
  from: usize,
  to: usize,
  row: usize,
  downStarts: usize,
  downWeights: usize,
  downTaps: i32,
  rows: i32,
  acrossStarts: usize,
  acrossWeights: usize,
  acrossTaps: i32,
  columns: i32,
  channels: i32,
  factors: usize,
  out: usize,
  plane: usize,
): void {
  for (let i = 0; i < rows; i++) {
    const first = pixels + <usize>(load<i32>(downStarts) - top) * stride;
    sumRows(first, stride, from, to, downWeights, downTaps, row);
    if (channels == 3) sumColors(row, acrossStarts, acrossWeights, acrossTaps, columns, factors, out, plane);
    else sumGreys(row, acrossStarts, acrossWeights, acrossTaps, columns, factors, out);
    downStarts += 4;
    downWeights += (<usize>downTaps) << 2;
    out += (<usize>columns) << 2;
  }
}

/** Weighs rows of bytes: the sum of each place, four bytes wide where a byte was one. */
function sumRows(first: usize, stride: usize, from: usize, to: usize, weights: usize, taps: i32, row: usize): void {
  const end = weights + ((<usize>taps) << 2);
  for (let at = from; at < to; at += 16) {
    let a = f32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    let place = first + at;
    for (let tap = weights; tap < end; tap += 4) {
      const weight = v128.load32_splat(tap);
      const bytes = v128.load(place);
      const low = i16x8.extend_low_i8x16_u(bytes);
      const high = i16x8.extend_high_i8x16_u(bytes);
      a = f32x4.add(a, f32x4.mul(weight, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(low))));
      b = f32x4.add(b, f32x4.mul(weight, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(low))));
      c = f32x4.add(c, f32x4.mul(weight, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(high))));
      d = f32x4.add(d, f32x4.mul(weight, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(high))));
      place += stride;
    }
    const sums = row + (at << 2);
    v128.store(sums, a);
    v128.store(sums, b, 16);
    v128.store(sums, c, 32);
    v128.store(sums, d, 48);
  }
}

/** Weighs pixels of red, green and blue, four columns at once. A fourth value, of the next pixel, goes with them and is dropped. */
function sumColors(
  row: usize,
  starts: usize,
  weights: usize,
  taps: i32,
  columns: i32,
  factors: usize,
  out: usize,
  plane: usize,
): void {
  const width = (<usize>taps) << 2;
  const redFactor = v128.load32_splat(factors);
  const redSummand = v128.load32_splat(factors, 4);
  const greenFactor = v128.load32_splat(factors, 8);
  const greenSummand = v128.load32_splat(factors, 12);
  const blueFactor = v128.load32_splat(factors, 16);
  const blueSummand = v128.load32_splat(factors, 20);
  for (let i = 0; i < columns; i += 4) {
    let placeA = row + <usize>load<i32>(starts) * 12;
    let placeB = row + <usize>load<i32>(starts, 4) * 12;
    let placeC = row + <usize>load<i32>(starts, 8) * 12;
    let placeD = row + <usize>load<i32>(starts, 12) * 12;
    let a = f32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    const end = weights + width;
    for (; weights < end; weights += 4) {
      a = f32x4.add(a, f32x4.mul(v128.load32_splat(weights), v128.load(placeA)));
      b = f32x4.add(b, f32x4.mul(v128.load32_splat(weights + width), v128.load(placeB)));
      c = f32x4.add(c, f32x4.mul(v128.load32_splat(weights + width * 2), v128.load(placeC)));
      d = f32x4.add(d, f32x4.mul(v128.load32_splat(weights + width * 3), v128.load(placeD)));
      placeA += 12;
      placeB += 12;
      placeC += 12;
      placeD += 12;
    }
    const redGreenAB = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const redGreenCD = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const blueAB = v128.shuffle<f32>(a, b, 2, 6, 2, 6);
    const blueCD = v128.shuffle<f32>(c, d, 2, 6, 2, 6);
    const red = v128.shuffle<f32>(redGreenAB, redGreenCD, 0, 1, 4, 5);
    const green = v128.shuffle<f32>(redGreenAB, redGreenCD, 2, 3, 6, 7);
    const blue = v128.shuffle<f32>(blueAB, blueCD, 0, 1, 4, 5);
    v128.store(out, f32x4.add(f32x4.mul(red, redFactor), redSummand));
    v128.store(out + plane, f32x4.add(f32x4.mul(green, greenFactor), greenSummand));
    v128.store(out + plane * 2, f32x4.add(f32x4.mul(blue, blueFactor), blueSummand));
    starts += 16;
    weights += width * 3;
    out += 16;
  }
}

/** Weighs pixels of one channel. */
function sumGreys(
  row: usize,
  starts: usize,
  weights: usize,
  taps: i32,
  columns: i32,
  factors: usize,
  out: usize,
): void {
  const factor = load<f32>(factors);
  const summand = load<f32>(factors, 4);
  for (let i = 0; i < columns; i++) {
    let place = row + ((<usize>load<i32>(starts)) << 2);
    let sum: f32 = 0;
    const end = weights + ((<usize>taps) << 2);
    for (; weights < end; weights += 4) {
      sum += load<f32>(weights) * load<f32>(place);
      place += 4;
    }
    store<f32>(out, sum * factor + summand);
    starts += 4;
    out += 4;
  }
}
