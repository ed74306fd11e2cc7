import { between, exactly, real, type Sample } from "../sample.ts";

/** Samples of the rules in linear-algebra.ts. */
export const linearAlgebra: Readonly<Record<string, readonly Sample[]>> = {
  "com.microsoft:Inverse": [
    {
      name: "batch",
      inputs: [{ ...real(2, 2, 2), fill: () => [2, 0.3, -0.4, 1.5, 1, 0.2, 0.7, -2] }],
    },
    { name: "matrix", inputs: [exactly([3, 3], [2, 0.3, -0.4, 1.5, 1, 0.2, 0.7, -2, 1])] },
    { name: "rank 4", inputs: [exactly([2, 1, 2, 2], [2, 0.3, -0.4, 1.5, 1, 0.2, 0.7, -2])] },
    { name: "rank 5", inputs: [exactly([2, 1, 1, 2, 2], [2, 0.3, -0.4, 1.5, 1, 0.2, 0.7, -2])] },
  ],
  Det: [
    { name: "batch", inputs: [{ ...real(2, 2, 2), fill: () => [2, 0.3, -0.4, 1.5, 1, 0.2, 0.7, -2] }] },
    { name: "rank 4", inputs: [exactly([2, 1, 2, 2], [2, 0.3, -0.4, 1.5, 1, 0.2, 0.7, -2])] },
    { name: "rank 5", inputs: [exactly([2, 1, 1, 2, 2], [2, 0.3, -0.4, 1.5, 1, 0.2, 0.7, -2])] },
    { name: "one number", inputs: [exactly([2, 1, 1], [2, -0.3])] },
    { name: "matrix", inputs: [{ ...real(3, 3), fill: () => [2, 0.3, -0.4, 1.5, 1, 0.2, 0.7, -2, 1] }] },
  ],
  "com.microsoft:CDist": [
    { name: "squared", inputs: [real(3, 2), real(4, 2)], attributes: { metric: "sqeuclidean" } },
    { name: "euclidean", inputs: [real(3, 2), between(2, 3, 2, 2)], attributes: { metric: "euclidean" } },
  ],
};
