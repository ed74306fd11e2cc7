import { float } from "../../../src/graph/index.ts";
import {
  between,
  constant,
  exactly,
  fed,
  ints,
  real,
  spaced,
  still,
  type Sample,
  type SampleInput,
} from "../sample.ts";

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

const gemm = (activation: string, numbers: Sample["attributes"] & object): Sample => ({
  name: [activation, ...Object.keys(numbers).slice(0, 1)].join(", with "),
  // The products are 1.2, 0.7, -1.1 and -0.7: off the kinks
  inputs: [exactly([2, 2], [1, 0.4, -0.9, -0.5]), exactly([2, 2], [1, 0.5, 0.5, 0.5]), exactly([2], [0, 0.1])],
  attributes: { activation, ...numbers },
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
    heads("scale, softcap, causal, float mask", { scale: float(1.3), softcap: float(0.8), is_causal: 1 }, real(3, 3)),
    heads("mask of minus infinity", {}, still(fed(exactly([3, 3], [0, -Infinity, 0.3, 0, 0, -Infinity, -0.5, 0, 0])))),
    heads(
      "mask of minus infinity, softcap, causal",
      { softcap: float(1.2), is_causal: 1 },
      still(fed(exactly([3, 3], [0, -Infinity, 0.3, 0, 0, -Infinity, -0.5, 0, 0]))),
    ),
    {
      name: "three dimensions, one head of keys, lengths",
      inputs: [real(2, 3, 8), real(2, 4, 2), real(2, 4, 3), undefined, undefined, undefined, fed(ints([2], [4, 2]))],
      attributes: { q_num_heads: 4, kv_num_heads: 1, scale: float(0.9) },
      batch: [0, 1, 2],
      only: "float32",
    },
    heads("float mask for each sample", {}, real(2, 1, 3, 3)),
    heads("float mask for each head", {}, real(2, 3, 3)),
    heads("float mask for each sample and head, softcap", { softcap: float(2) }, real(2, 2, 3, 3)),
    heads(
      "bool mask for each head",
      {},
      fed(ints([2, 3, 3], [1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 1, 1], "bool")),
    ),
    {
      ...heads("more keys than queries, causal", { is_causal: 1 }),
      inputs: [real(2, 2, 2, 4), real(2, 2, 5, 4), real(2, 2, 5, 3)],
    },
    {
      ...heads("more queries than keys, causal", { is_causal: 1 }),
      inputs: [real(2, 2, 4, 4), real(2, 2, 2, 4), real(2, 2, 2, 3)],
    },
    {
      ...heads("shared heads, causal, scale", { is_causal: 1, scale: float(0.4) }),
      inputs: [real(2, 4, 3, 4), real(2, 2, 3, 4), real(2, 2, 3, 2)],
    },
    {
      ...heads("one head of keys, float mask", {}, real(3, 3)),
      inputs: [real(2, 4, 3, 2), real(2, 1, 3, 2), real(2, 1, 3, 2), real(3, 3)],
    },
    {
      name: "three dimensions, causal, scale, softcap, bool mask",
      inputs: [real(2, 3, 4), real(2, 3, 4), real(2, 3, 6), fed(ints([3, 3], [1, 1, 0, 1, 1, 1, 1, 0, 1], "bool"))],
      attributes: { q_num_heads: 2, kv_num_heads: 2, is_causal: 1, scale: float(0.6), softcap: float(1.4) },
      batch: [0, 1, 2],
      only: "float32",
    },
    {
      name: "three dimensions, cache, shared heads",
      inputs: [real(2, 3, 8), real(2, 3, 4), real(2, 3, 4), undefined, real(2, 2, 2, 2), real(2, 2, 2, 2)],
      attributes: { q_num_heads: 4, kv_num_heads: 2 },
      outputs: 3,
      through: [0, 1, 2],
      batch: [],
      only: "float32",
    },
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
    attention("ends and starts", {}, fed(ints([4], [3, 2, 1, 0], "int32"))),
    attention("ends and starts, constant", {}, ints([4], [3, 3, 2, 1], "int32")),
    attention("ends and starts, causal", { unidirectional: 1 }, fed(ints([4], [3, 2, 0, 0], "int32"))),
    attention(
      "ends and starts, causal, queries that see nothing",
      { unidirectional: 1, mask_filter_value: float(-20) },
      fed(ints([4], [3, 3, 1, 2], "int32")),
    ),
    {
      ...attention("ends and starts of one sample", {}),
      inputs: [real(1, 3, 4), real(4, 12), real(12), fed(ints([2], [3, 1], "int32"))],
      batch: [],
    },
    {
      ...attention("length of one sample, causal", { unidirectional: 1 }),
      inputs: [real(1, 3, 4), real(4, 12), real(12), fed(ints([1], [2], "int32"))],
      batch: [],
    },
    attention("lengths, causal", { unidirectional: 1 }, fed(ints([2], [3, 2], "int32"))),
    attention(
      "lengths, a filter value that shows",
      { mask_filter_value: float(-1.5) },
      fed(ints([2], [3, 2], "int32")),
    ),
    attention(
      "mask for each query, causal",
      { unidirectional: 1 },
      fed(ints([2, 3, 3], [1, 1, 0, 1, 1, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1], "int32")),
    ),
    attention("key mask, causal, scale", { unidirectional: 1, scale: float(0.4) }, mask),
    attention("key mask, a filter value that shows", { mask_filter_value: float(-1.5) }, mask),
    attention("causal, a filter value that shows", { unidirectional: 1, mask_filter_value: float(-1.5) }),
    attention(
      "causal, a key mask that hides the first",
      { unidirectional: 1 },
      fed(ints([2, 3], [0, 1, 1, 1, 1, 0], "int32")),
    ),
    attention("lengths that hold sums too", {}, fed(ints([8], [3, 2, 0, 3, 5, 0, 3, 5], "int32"))),
    attention("key mask, bias of the scores", {}, mask, undefined, real(1, 2, 3, 3)),
    {
      ...attention("sizes of the parts", { qkv_hidden_sizes: [4, 4, 6] }, mask),
      inputs: [real(2, 3, 4), real(4, 14), real(14), mask],
    },
    attention(
      "bias of the scores of all samples and heads, causal",
      { unidirectional: 1 },
      mask,
      undefined,
      real(1, 1, 3, 3),
    ),
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
    threeDimensional("lengths", {}, undefined, fed(ints([2], [3, 2], "int32"))),
    threeDimensional("lengths that hold sums too", {}, undefined, fed(ints([8], [3, 2, 0, 3, 5, 0, 3, 5], "int32"))),
    threeDimensional(
      "causal, a key mask that hides the first",
      { unidirectional: 1 },
      undefined,
      fed(ints([2, 3], [0, 1, 1, 1, 1, 0], "int32")),
    ),
    threeDimensional("bias of the scores of all samples and heads", {}, undefined, undefined, real(1, 1, 3, 3)),
    threeDimensional("bias of the scores of each sample", {}, undefined, undefined, real(2, 1, 3, 3)),
    {
      name: "heads apart, key mask",
      inputs: [
        real(2, 3, 4),
        real(2, 2, 5, 2),
        real(2, 2, 5, 2),
        undefined,
        fed(ints([2, 5], [1, 1, 0, 1, 1, 1, 1, 1, 1, 0], "int32")),
      ],
      attributes: { num_heads: 2 },
      batch: [0, 1, 2, 4],
      only: "float32",
    },
    threeDimensional("constant lengths, bias", {}, real(12), ints([2], [2, 3], "int32")),
    threeDimensional("key mask, causal", { unidirectional: 1 }, undefined, mask),
    threeDimensional("key mask, a filter value that shows", { mask_filter_value: float(-1.5) }, undefined, mask),
    threeDimensional("bias of the scores of each sample, key mask", {}, undefined, mask, real(2, 2, 3, 3)),
    threeDimensional(
      "mask for each query",
      {},
      undefined,
      fed(ints([2, 3, 3], [1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1], "int32")),
    ),
    {
      name: "more keys, values of another size, key mask",
      inputs: [
        real(2, 3, 4),
        real(2, 5, 4),
        real(2, 5, 6),
        real(14),
        fed(ints([2, 5], [1, 1, 0, 1, 1, 1, 1, 1, 1, 0], "int32")),
      ],
      attributes: { num_heads: 2 },
      batch: [0, 1, 2, 4],
      only: "float32",
    },
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
    ...["Relu", "Tanh", "Sigmoid"].map((activation) => ({
      name: `${activation}, attributes of the convolution`,
      inputs: [real(1, 4, 5, 4), real(2, 2, 2, 2), real(2)],
      attributes: {
        activation,
        group: 2,
        strides: [2, 1],
        pads: [1, 0, 0, 1],
        dilations: [1, 2],
        kernel_shape: [2, 2],
      },
    })),
    {
      name: "Sigmoid and a sum",
      inputs: [real(1, 2, 4, 4), real(3, 2, 3, 3), real(3), real(1, 3, 2, 2)],
      attributes: { activation: "Sigmoid", kernel_shape: [3, 3] },
    },
    {
      name: "no bias, a sum",
      inputs: [real(1, 2, 4, 4), real(3, 2, 3, 3), undefined, real(1, 3, 2, 2)],
      attributes: { activation: "Relu", kernel_shape: [3, 3] },
    },
    {
      name: "HardSigmoid, other numbers",
      inputs: [between(-0.3, 0.3, 1, 2, 4, 4), between(-0.3, 0.3, 3, 2, 3, 3)],
      attributes: { activation: "HardSigmoid", activation_params: [float(0.3), float(0.4)], kernel_shape: [3, 3] },
    },
    {
      name: "Clip that cuts",
      inputs: [exactly([1, 1, 2, 3], [-2, -1.2, -0.3, 0.4, 1.5, 2]), exactly([1, 1, 1, 1], [1])],
      attributes: { activation: "Clip", activation_params: [float(-0.7), float(0.9)], kernel_shape: [1, 1] },
    },
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
    ...["Relu", "Sigmoid", "Tanh", "Softplus", "Softsign"].map((activation) => gemm(activation, {})),
    ...[
      "Relu",
      "Tanh",
      "Elu",
      "LeakyRelu",
      "ThresholdedRelu",
      "HardSigmoid",
      "Selu",
      "ParametricSoftplus",
      "ScaledTanh",
    ].map((activation) =>
      gemm(activation, {
        activation_alpha: float(0.3),
        activation_beta: float(0.6),
        activation_gamma: float(1.2),
        alpha: float(0.8),
        beta: float(1.5),
      }),
    ),
    {
      name: "transA, C of one number",
      inputs: [real(3, 2), real(3, 2), real(1)],
      attributes: { activation: "Tanh", transA: 1, alpha: float(0.5), beta: float(-2) },
      only: "float32",
    },
    {
      name: "no C",
      inputs: [real(2, 3), real(2, 3)],
      attributes: { activation: "Sigmoid", transB: 1, alpha: float(0.5) },
      only: "float32",
    },
    { name: "Tanh", inputs: [real(2, 3), real(4, 3), real(4)], attributes: { activation: "Tanh", transB: 1 } },
    {
      name: "LeakyRelu",
      inputs: [real(2, 3), real(3, 2), real(2)],
      attributes: { activation: "LeakyRelu", activation_alpha: float(0.3) },
    },
  ],
};
