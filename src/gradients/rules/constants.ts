import { refused, zero, type Entry, type Family } from "../rule.ts";

function all(entry: Entry, ...ops: string[]): Family {
  return Object.fromEntries(ops.map((op) => [op, entry]));
}

const control = refused("control flow is not differentiated");
const quantized = refused("a quantised model is not trained; train the float model and quantise it afterwards");
const sequences = refused("sequences and optionals of tensors are not differentiated");
const texts = refused("texts are not differentiated");
const regions = refused("an op of object detection, without a rule");
const generation = refused("made for generating text with a cache, not for training");

/** Ops that nothing flows back through, and ops that are not differentiated. */
export const constants: Family = {
  ...all(
    zero,
    "Equal",
    "Greater",
    "GreaterOrEqual",
    "Less",
    "LessOrEqual",
    "And",
    "Or",
    "Xor",
    "Not",
    "IsInf",
    "IsNaN",
  ),
  ...all(zero, "BitShift", "BitwiseAnd", "BitwiseNot", "BitwiseOr", "BitwiseXor", "BitCast"),
  ...all(zero, "Constant", "ConstantOfShape", "EyeLike", "Shape", "Size"),
  ...all(zero, "BlackmanWindow", "HammingWindow", "HannWindow", "MelWeightMatrix"),
  ...all(zero, "Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike"),
  ...all(zero, "ImageDecoder", "NonMaxSuppression", "TfIdfVectorizer", "OptionalHasElement", "SequenceLength"),
  ...all(zero, "com.microsoft:MurmurHash3"),
  ...all(refused("the number of its results changes with the values"), "com.microsoft:Unique"),
  ...all(control, "If", "Loop", "Scan", "SequenceMap"),
  ...all(quantized, "ConvInteger", "DequantizeLinear", "DynamicQuantizeLinear", "MatMulInteger", "QLinearConv"),
  ...all(quantized, "QLinearMatMul", "QuantizeLinear"),
  ...all(
    quantized,
    ...[
      ...["DequantizeLinear", "DynamicQuantizeLSTM", "DynamicQuantizeMatMul", "MatMulBnb4", "MatMulFpQ4"],
      ...["MatMulInteger16", "MatMulIntegerToFloat", "MatMulNBits", "QAttention", "QEmbedLayerNormalization", "QGemm"],
      ...["QLinearAdd", "QLinearAveragePool", "QLinearConcat", "QLinearConv", "QLinearGlobalAveragePool"],
      ...["QLinearLeakyRelu", "QLinearMul", "QLinearSigmoid", "QLinearSoftmax", "QLinearWhere", "QuantizeLinear"],
    ].map((op) => `com.microsoft:${op}`),
  ),
  ...all(sequences, "ConcatFromSequence", "Optional", "OptionalGetElement", "SequenceAt", "SequenceConstruct"),
  ...all(sequences, "SequenceEmpty", "SequenceErase", "SequenceInsert", "SplitToSequence"),
  ...all(texts, "RegexFullMatch", "StringConcat", "StringNormalizer", "StringSplit"),
  ...all(regions, "DeformConv", "MaxRoiPool", "RoiAlign"),
  ...all(generation, "TensorScatter", "com.microsoft:GroupQueryAttention"),
  // Dropped from ONNX; a model that has them is brought to an opset without
  Scatter: { status: "rewritten", into: "ScatterElements" },
  Upsample: { status: "rewritten", into: "Resize" },
};
