import { Random } from "../../../src/core/index.ts";
import { exactly, real, still, type Sample } from "../sample.ts";

/** A grid for places in pixels of an image of 4 by 5: off the pixels and the middles between them, some beyond the borders. */
function gridOf(align_corners: number) {
  const columns = [0.4, 3.4, 2.6, 1.3, 5.3, 1.7];
  const rows = [2.4, 1.3, 2.6, 0.4, 1.6, -1.7];
  const scaled = (place: number, size: number) =>
    align_corners === 1 ? (2 * place) / (size - 1) - 1 : (2 * place + 1) / size - 1;
  return exactly(
    [1, 2, 3, 2],
    columns.flatMap((column, i) => [scaled(column, 5), scaled(rows[i] ?? 0, 4)]),
  );
}

const grid = gridOf(0);
const volume = exactly([1, 1, 2, 2, 3], [-0.53, 0.21, 0.37, -0.42, 0.11, 0.43, -0.27, -0.61, 0.33, 0.31, -0.13, 0.44]);
const wideVolume = exactly(
  [1, 1, 2, 2, 3],
  [-0.53, 1.17, 0.37, -1.28, 0.11, 0.43, -0.27, -0.61, 1.57, 0.31, -0.13, 0.44],
);
const linear: readonly Sample[] = ["zeros", "border", "reflection"].flatMap((padding_mode): Sample[] =>
  [0, 1].map((align_corners) => ({
    name: `linear, ${padding_mode}, align_corners ${align_corners}`,
    inputs: [real(1, 2, 4, 5), gridOf(align_corners)],
    attributes: { padding_mode, align_corners },
  })),
);

/** Samples of the rules in grid-sample.ts. */
export const gridSample: Readonly<Record<string, readonly Sample[]>> = {
  GridSample: [
    ...linear,
    ...["zeros", "border", "reflection"].flatMap((padding_mode): Sample[] => [
      {
        name: `nearest, ${padding_mode}`,
        inputs: [real(1, 2, 4, 5), still(grid)],
        attributes: { mode: "nearest", padding_mode },
      },
      { name: `cubic, ${padding_mode}`, inputs: [real(1, 1, 4, 5), grid], attributes: { mode: "cubic", padding_mode } },
    ]),
    ...["zeros", "border", "reflection"].flatMap((padding_mode): Sample[] => [
      {
        name: `nearest, ${padding_mode}, align_corners`,
        inputs: [real(1, 2, 4, 5), still(gridOf(1))],
        attributes: { mode: "nearest", padding_mode, align_corners: 1 },
      },
      {
        name: `cubic, ${padding_mode}, align_corners`,
        inputs: [real(2, 1, 4, 5), exactly([2, 1, 3, 2], gridOf(1).fill(new Random(1, ""), 12))],
        attributes: { mode: "cubic", padding_mode, align_corners: 1 },
        batch: [0, 1],
      },
      ...[0, 1].flatMap((align_corners): Sample[] => [
        {
          name: `volumes, ${padding_mode}, align_corners ${align_corners}`,
          inputs: [real(1, 2, 3, 4, 3), wideVolume],
          attributes: { padding_mode, align_corners },
        },
        {
          name: `volumes, nearest, ${padding_mode}, align_corners ${align_corners}`,
          inputs: [real(1, 1, 3, 4, 3), still(wideVolume)],
          attributes: { mode: "nearest", padding_mode, align_corners },
        },
      ]),
    ]),
    ...["zeros", "border", "reflection"].flatMap((padding_mode) =>
      ["linear", "cubic"].map((mode) => ({
        name: `${mode}, ${padding_mode}, a row of one pixel`,
        inputs: [real(1, 2, 1, 5), exactly([1, 1, 3, 2], [-0.53, 0.31, 0.27, -0.42, 0.61, 0.15])],
        attributes: { mode, padding_mode },
      })),
    ),
    { name: "volumes", inputs: [real(1, 1, 3, 4, 3), volume] },
  ],
  "com.microsoft:GridSample": [
    { name: "bilinear", inputs: [real(1, 2, 4, 5), grid], attributes: { mode: "bilinear" } },
    { name: "bicubic", inputs: [real(1, 2, 4, 5), grid], attributes: { mode: "bicubic", padding_mode: "border" } },
  ],
};
