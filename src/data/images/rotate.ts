/**
 * Turns a square image counter-clockwise about its centre, bilinearly; what comes from outside is 0.
 *
 * @param at - where the image begins: `channels` planes of `size * size` values, changed in place
 */
export function rotate(values: Float32Array, at: number, size: number, channels: number, degrees: number): void {
  const plane = size * size;
  const source = values.slice(at, at + plane * channels);
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const middle = (size - 1) / 2;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const [right, down] = [column - middle, row - middle];
      const x = cos * right - sin * down + middle;
      const y = sin * right + cos * down + middle;
      const [left, top] = [Math.floor(x), Math.floor(y)];
      const [across, below] = [x - left, y - top];
      for (let c = 0; c < channels; c++) {
        const pixel = (dx: number, dy: number): number =>
          left + dx < 0 || left + dx >= size || top + dy < 0 || top + dy >= size
            ? 0
            : (source[c * plane + (top + dy) * size + left + dx] as number);
        values[at + c * plane + row * size + column] =
          (1 - below) * ((1 - across) * pixel(0, 0) + across * pixel(1, 0)) +
          below * ((1 - across) * pixel(0, 1) + across * pixel(1, 1));
      }
    }
  }
}
