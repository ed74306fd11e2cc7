import { float } from "../../../src/graph/index.ts";
import { real, type Sample } from "../sample.ts";

const transposes = [0, 1].flatMap((transA) => [0, 1].map((transB) => ({ transA, transB })));

/** Samples of the rules in matrix-products.ts. */
export const matrixProducts: Readonly<Record<string, readonly Sample[]>> = {
  MatMul: [
    { name: "matrices", inputs: [real(2, 3), real(3, 4)] },
    { name: "one row, one column", inputs: [real(1, 3), real(3, 1)] },
    { name: "batch and matrix", inputs: [real(2, 2, 3), real(3, 2)] },
    { name: "batch of rank 4 and matrix", inputs: [real(2, 1, 2, 3), real(3, 2)] },
    { name: "matrix and batch", inputs: [real(2, 3), real(2, 3, 2)], batch: [1] },
    { name: "batches", inputs: [real(2, 2, 2, 3), real(2, 2, 3, 2)], batch: [0, 1] },
    { name: "batches that broadcast", inputs: [real(2, 1, 2, 3), real(3, 3, 2)] },
    { name: "inner size 1", inputs: [real(2, 2, 1), real(2, 1, 3)] },
    { name: "vectors", inputs: [real(3), real(3)] },
    { name: "vector on the left", inputs: [real(3), real(3, 2)] },
    { name: "vector on the right", inputs: [real(2, 3), real(3)] },
    { name: "vector and batch", inputs: [real(3), real(2, 3, 2)], batch: [1] },
    { name: "batch and vector", inputs: [real(2, 2, 3), real(3)] },
    { name: "vector and batch of rank 5", inputs: [real(3), real(1, 2, 2, 3, 2)], batch: [1] },
    { name: "batch of rank 5 and vector", inputs: [real(2, 1, 2, 2, 3), real(3)] },
    { name: "rank 5", inputs: [real(2, 1, 2, 2, 3), real(2, 1, 2, 3, 2)], batch: [0, 1] },
    { name: "rank 5, both ways", inputs: [real(2, 1, 2, 2, 3), real(1, 2, 1, 3, 2)] },
    { name: "rank 5 and 3", inputs: [real(2, 2, 1, 2, 3), real(2, 3, 2)] },
    { name: "rank 3 and 5", inputs: [real(2, 2, 3), real(2, 1, 2, 3, 2)], batch: [1] },
    { name: "inner batch axis on the left", inputs: [real(2, 1, 2, 3), real(2, 2, 3, 2)] },
    { name: "outer batch axis on the left", inputs: [real(1, 2, 2, 3), real(2, 2, 3, 2)], batch: [1] },
    { name: "inner batch axis on the right", inputs: [real(2, 2, 2, 3), real(2, 1, 3, 2)] },
    { name: "one matrix of rank 3 on the right", inputs: [real(2, 2, 3), real(1, 3, 2)] },
  ],
  Gemm: [
    ...transposes.map((attributes) => ({
      name: `transA ${attributes.transA}, transB ${attributes.transB}`,
      inputs: [attributes.transA ? real(3, 2) : real(2, 3), attributes.transB ? real(4, 3) : real(3, 4), real(4)],
      attributes: { ...attributes, alpha: float(0.7), beta: float(1.4) },
    })),
    { name: "no bias", inputs: [real(2, 3), real(3, 4)] },
    { name: "full bias", inputs: [real(2, 3), real(3, 4), real(2, 4)] },
    { name: "scalar bias", inputs: [real(2, 3), real(3, 4), real()] },
    { name: "column bias", inputs: [real(2, 3), real(3, 4), real(2, 1)] },
    { name: "row bias of rank 2", inputs: [real(2, 3), real(3, 4), real(1, 4)] },
    { name: "one sample", inputs: [real(1, 3), real(3, 4), real(4)] },
    { name: "one output", inputs: [real(3, 3), real(3, 1), real(1)] },
    { name: "bias of one number for several outputs", inputs: [real(2, 3), real(3, 4), real(1)] },
    { name: "bias of rank 2 of one number", inputs: [real(2, 3), real(3, 4), real(1, 1)] },
    {
      name: "alpha, no bias",
      inputs: [real(3, 2), real(3, 4)],
      attributes: { transA: 1, alpha: float(-0.7) },
    },
    { name: "beta, full bias", inputs: [real(2, 3), real(3, 4), real(2, 4)], attributes: { beta: float(0.3) } },
    { name: "beta 0", inputs: [real(2, 3), real(3, 4), real(4)], attributes: { beta: float(0) } },
  ],
  "com.microsoft:FusedMatMul": [
    ...transposes.map((attributes) => ({
      name: `transA ${attributes.transA}, transB ${attributes.transB}`,
      inputs: [attributes.transA ? real(2, 3, 2) : real(2, 2, 3), attributes.transB ? real(2, 4, 3) : real(2, 3, 4)],
      attributes: { ...attributes, alpha: float(0.7) },
    })),
    { name: "matrix on the right", inputs: [real(2, 2, 3), real(4, 3)], attributes: { transB: 1 } },
    { name: "matrices", inputs: [real(3, 2), real(3, 4)], attributes: { transA: 1 } },
    ...transposes.map((attributes) => ({
      name: `batches that broadcast, transA ${attributes.transA}, transB ${attributes.transB}`,
      inputs: [
        attributes.transA ? real(2, 1, 3, 2) : real(2, 1, 2, 3),
        attributes.transB ? real(2, 4, 3) : real(2, 3, 4),
      ],
      attributes: { ...attributes },
    })),
    { name: "matrix on the left", inputs: [real(2, 3), real(2, 3, 2)], batch: [1] },
    { name: "rank 5", inputs: [real(2, 1, 2, 2, 3), real(1, 2, 1, 3, 2)] },
    { name: "vectors", inputs: [real(3), real(3)] },
    { name: "vector on the left", inputs: [real(3), real(3, 2)] },
    { name: "vector on the right", inputs: [real(2, 3), real(3)] },
  ],
  "com.microsoft:TransposeMatMul": [
    { name: "transA", inputs: [real(3, 2), real(3, 4)], attributes: { transA: 1, alpha: float(0.5) } },
    { name: "transB, batches", inputs: [real(2, 2, 3), real(2, 4, 3)], attributes: { transB: 1 } },
    { name: "both, matrix on the right", inputs: [real(2, 3, 2), real(4, 3)], attributes: { transA: 1, transB: 1 } },
    { name: "neither", inputs: [real(2, 3), real(3, 2)] },
  ],
};
