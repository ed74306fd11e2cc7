import { float } from "../../../src/graph/index.ts";
import { constant, ints, real, type Sample } from "../sample.ts";

/** Samples of the rules in rotary-embedding.ts. */
export const rotaryEmbedding: Readonly<Record<string, readonly Sample[]>> = {
  "com.microsoft:RotaryEmbedding": [
    {
      name: "heads of 4",
      inputs: [real(1, 3, 8), ints([1], [0]), constant(real(5, 2)), constant(real(5, 2))],
      attributes: { num_heads: 2 },
      batch: [],
    },
    {
      name: "interleaved",
      inputs: [real(2, 2, 3, 4), ints([2, 3], [0, 1, 2, 1, 2, 4]), constant(real(5, 2)), constant(real(5, 2))],
      attributes: { interleaved: 1 },
    },
    {
      name: "half of it, interleaved",
      inputs: [real(2, 3, 8), ints([2, 3], [0, 1, 2, 1, 2, 4]), constant(real(5, 1)), constant(real(5, 1))],
      attributes: { num_heads: 2, rotary_embedding_dim: 2, interleaved: 1 },
    },
    {
      name: "half of it, scale",
      inputs: [real(2, 3, 8), ints([1], [1]), constant(real(5, 1)), constant(real(5, 1))],
      attributes: { num_heads: 2, rotary_embedding_dim: 2, scale: float(0.5) },
      batch: [],
    },
  ],
  RotaryEmbedding: [
    {
      name: "heads of 4, three dimensions",
      inputs: [real(2, 3, 8), constant(real(5, 2)), constant(real(5, 2)), ints([2, 3], [0, 1, 2, 1, 2, 4])],
      attributes: { num_heads: 2 },
    },
    {
      name: "half of it",
      inputs: [real(2, 2, 3, 4), constant(real(5, 1)), constant(real(5, 1)), ints([2, 3], [0, 1, 2, 1, 2, 4])],
      attributes: { rotary_embedding_dim: 2 },
    },
    {
      name: "interleaved, caches for each position",
      inputs: [real(2, 2, 3, 4), constant(real(2, 3, 2)), constant(real(2, 3, 2))],
      attributes: { interleaved: 1 },
      batch: [],
    },
    {
      name: "heads of 4",
      inputs: [real(2, 2, 3, 4), constant(real(5, 2)), constant(real(5, 2)), ints([2, 3], [0, 1, 2, 1, 2, 4])],
    },
    {
      name: "interleaved, half of it, three dimensions",
      inputs: [real(2, 3, 8), constant(real(5, 1)), constant(real(5, 1)), ints([2, 3], [0, 1, 2, 1, 2, 4])],
      attributes: { interleaved: 1, num_heads: 2, rotary_embedding_dim: 2 },
    },
    {
      name: "caches for each position",
      inputs: [real(2, 2, 3, 4), constant(real(2, 3, 2)), constant(real(2, 3, 2))],
      batch: [],
    },
  ],
};
