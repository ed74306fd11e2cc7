import { float } from "../../../src/graph/index.ts";
import { between, constant, exactly, fed, ints, real, spaced, type Sample, type SampleInput } from "../sample.ts";

const epsilon = float(0.01);
const pool = (name: string, input: SampleInput, attributes = {}): Sample => ({
  name,
  inputs: [input],
  attributes,
  opset: 21,
});
const skip = [real(2, 3, 4), real(2, 3, 4), real(4)];
const mask = fed(ints([2, 3], [1, 1, 0, 1, 1, 1], "int32"));
const attention = (name: string, attributes: Sample["attributes"], ...rest: (SampleInput | undefined)[]): Sample => ({
  name,
  inputs: [real(2, 3, 4), real(4, 12), real(12), ...rest],
  attributes: { num_heads: 2, ...attributes },
  only: "float32",
});
const threeDimensional = (
  name: string,
  attributes: Sample["attributes"],
  ...rest: (SampleInput | undefined)[]
): Sample => ({
  name,
  inputs: [real(2, 3, 4), real(2, 3, 4), real(2, 3, 4), ...rest],
  attributes: { num_heads: 2, ...attributes },
  batch: [0, 1, 2],
  only: "float32",
});
const heads = (name: string, attributes: Sample["attributes"], ...rest: (SampleInput | undefined)[]): Sample => ({
  name,
  inputs: [real(2, 2, 3, 4), real(2, 2, 3, 4), real(2, 2, 3, 2), ...rest],
  attributes: { ...attributes },
  batch: [0, 1, 2],
  only: "float32",
});

/** Samples of the ops that are rewritten; the differences are those of the op as it was. */
export const rewritten: Readonly<Record<string, readonly Sample[]>> = {
  Scatter: [
    {
      name: "along the last axis",
      inputs: [real(2, 3), ints([2, 2], [2, 0, 1, 2]), real(2, 2)],
      attributes: { axis: 1 },
      opset: 9,
    },
  ],
  Upsample: [
    {
      name: "nearest, scales as an attribute",
      inputs: [real(2, 1, 2, 3)],
      attributes: { scales: [1, 1, 2, 3].map(float) },
      opset: 7,
    },
    {
      name: "linear, scales as an input",
      inputs: [real(2, 1, 2, 3), constant(exactly([4], [1, 1, 2, 2]))],
      attributes: { mode: "linear" },
      opset: 9,
      only: "float32",
    },
  ],
  Swish: [
    { name: "defaults", inputs: [between(-3, 3, 8)], opset: 24 },
    { name: "alpha 1.7", inputs: [between(-3, 3, 8)], attributes: { alpha: float(1.7) }, opset: 24 },
  ],
  GlobalLpPool: [
    pool("images", real(2, 2, 3, 2)),
    pool("1d", real(2, 2, 3)),
    pool("3d", real(1, 2, 2, 2, 2)),
    pool("order 1", spaced(2, 2, 3), { p: 1 }),
    pool("order 3", spaced(2, 2, 3), { p: 3 }),
  ],
  Attention: [
    heads("four dimensions", {}),
    heads("scale", { scale: float(0.7) }),
    heads("causal", { is_causal: 1 }),
    heads("softcap", { softcap: float(1.5) }),
    heads("float mask", {}, real(3, 3)),
    heads("a query that sees nothing", {}, fed(ints([3, 3], [1, 1, 0, 0, 0, 0, 1, 1, 1], "bool"))),
    heads("lengths", {}, undefined, undefined, undefined, fed(ints([2], [2, 3]))),
    heads("lengths, causal", { is_causal: 1 }, undefined, undefined, undefined, fed(ints([2], [2, 3]))),
    {
      ...heads("cache, causal", { is_causal: 1 }, undefined, real(2, 2, 2, 4), real(2, 2, 2, 2)),
      outputs: 3,
      through: [0, 1, 2],
      batch: [],
    },
    ...[0, 1, 2, 3].map((mode) => ({
      ...heads(`scores, mode ${mode}`, { qk_matmul_output_mode: mode, softcap: float(1.5) }, real(3, 3)),
      outputs: 4,
      through: [0, 3],
    })),
    heads("bool mask, causal", { is_causal: 1 }, fed(ints([3, 3], [1, 1, 0, 0, 1, 1, 1, 1, 1], "bool"))),
    heads("bool mask", {}, fed(ints([2, 1, 3, 3], [1, 1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0], "bool"))),
    {
      name: "three dimensions, shared heads",
      inputs: [real(2, 3, 8), real(2, 3, 4), real(2, 3, 4)],
      attributes: { q_num_heads: 4, kv_num_heads: 2 },
      batch: [0, 1, 2],
      only: "float32",
    },
  ],
  SimplifiedLayerNormalization: [
    { name: "last axis", inputs: [real(2, 3, 4), real(4)], attributes: { epsilon, axis: -1 }, only: "float32" },
    {
      name: "two axes, inverse root used too",
      inputs: [real(2, 3, 4), real(3, 4)],
      attributes: { epsilon, axis: 1 },
      outputs: 2,
      through: [0, 1],
      only: "float32",
    },
  ],
  "com.microsoft:SkipLayerNormalization": [
    { name: "all inputs", inputs: [...skip, real(4), real(4)], attributes: { epsilon }, only: "float32" },
    { name: "without beta and bias", inputs: skip, attributes: { epsilon }, only: "float32" },
    {
      name: "sum used too",
      inputs: [...skip, real(4)],
      attributes: { epsilon },
      outputs: 4,
      through: [0, 3],
      only: "float32",
    },
  ],
  "com.microsoft:SkipSimplifiedLayerNormalization": [
    { name: "bias", inputs: [...skip, real(4)], attributes: { epsilon }, only: "float32" },
    { name: "sum used too", inputs: skip, attributes: { epsilon }, outputs: 4, through: [0, 3], only: "float32" },
  ],
  "com.microsoft:EmbedLayerNormalization": [
    {
      name: "segments and mask",
      inputs: [
        fed(ints([2, 3], [0, 4, 2, 1, 1, 3], "int32")),
        fed(ints([2, 3], [0, 1, 1, 0, 0, 1], "int32")),
        real(5, 4),
        real(6, 4),
        real(2, 4),
        real(4),
        real(4),
        mask,
      ],
      attributes: { epsilon },
      outputs: 2,
      batch: [0, 1, 7],
    },
    {
      name: "words and positions",
      inputs: [
        fed(ints([2, 3], [0, 4, 2, 1, 1, 3], "int32")),
        undefined,
        real(5, 4),
        real(6, 4),
        undefined,
        real(4),
        real(4),
        undefined,
        fed(ints([2, 3], [0, 1, 2, 2, 1, 0], "int32")),
      ],
      attributes: { epsilon },
      outputs: 2,
      batch: [0, 8],
    },
  ],
  "com.microsoft:Attention": [
    attention("plain", {}),
    attention("key mask", {}, mask),
    attention("lengths", {}, fed(ints([2], [3, 2], "int32"))),
    attention("causal, scale", { unidirectional: 1, scale: float(0.4) }),
    attention("bias of the scores", {}, undefined, undefined, real(2, 2, 3, 3)),
    attention(
      "mask for each query",
      {},
      fed(ints([2, 3, 3], [1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1], "int32")),
    ),
  ],
  "com.microsoft:MultiHeadAttention": [
    threeDimensional("plain", {}),
    threeDimensional("bias, key mask", {}, real(12), mask),
    threeDimensional("causal, scale", { unidirectional: 1, scale: float(0.4) }),
    threeDimensional("bias of the scores", {}, undefined, undefined, real(1, 2, 3, 3)),
    {
      name: "heads apart",
      inputs: [real(2, 3, 4), real(2, 2, 5, 2), real(2, 2, 5, 2)],
      attributes: { num_heads: 2 },
      batch: [0, 1, 2],
      only: "float32",
    },
  ],
  "com.microsoft:FusedConv": [
    {
      name: "Relu and a sum",
      inputs: [real(1, 2, 4, 4), real(3, 2, 3, 3), real(3), real(1, 3, 2, 2)],
      attributes: { activation: "Relu", kernel_shape: [3, 3] },
    },
    {
      name: "LeakyRelu",
      inputs: [real(1, 2, 4, 4), real(3, 2, 3, 3), real(3)],
      attributes: { activation: "LeakyRelu", activation_params: [float(0.2)], kernel_shape: [3, 3] },
    },
    {
      name: "HardSigmoid",
      inputs: [between(-0.3, 0.3, 1, 2, 4, 4), between(-0.3, 0.3, 3, 2, 3, 3)],
      attributes: { activation: "HardSigmoid", activation_params: [float(0.2), float(0.5)], kernel_shape: [3, 3] },
    },
    {
      name: "Clip",
      inputs: [between(-0.3, 0.3, 1, 2, 4, 4), between(-0.3, 0.3, 3, 2, 3, 3)],
      attributes: { activation: "Clip", activation_params: [float(-3), float(6)], kernel_shape: [3, 3] },
    },
  ],
  "com.microsoft:FusedGemm": [
    { name: "Tanh", inputs: [real(2, 3), real(4, 3), real(4)], attributes: { activation: "Tanh", transB: 1 } },
    {
      name: "LeakyRelu",
      inputs: [real(2, 3), real(3, 2), real(2)],
      attributes: { activation: "LeakyRelu", activation_alpha: float(0.3) },
    },
  ],
};
