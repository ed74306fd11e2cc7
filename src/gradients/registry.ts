import { rewrites } from "../graph/index.ts";
import type { Entry, Family } from "./rule.ts";
import { activations } from "./rules/activations.ts";
import { batchNormalization } from "./rules/batch-normalization.ts";
import { constants } from "./rules/constants.ts";
import { convolution } from "./rules/convolution.ts";
import { dropout } from "./rules/dropout.ts";
import { einsum } from "./rules/einsum.ts";
import { elementwise } from "./rules/elementwise.ts";
import { functions } from "./rules/functions.ts";
import { fused } from "./rules/fused.ts";
import { gridSample } from "./rules/grid-sample.ts";
import { gru } from "./rules/gru.ts";
import { indexing } from "./rules/indexing.ts";
import { linearAlgebra } from "./rules/linear-algebra.ts";
import { losses } from "./rules/losses.ts";
import { lstm } from "./rules/lstm.ts";
import { matrixProducts } from "./rules/matrix-products.ts";
import { normalizations } from "./rules/normalizations.ts";
import { padding } from "./rules/padding.ts";
import { pooling } from "./rules/pooling.ts";
import { reductions } from "./rules/reductions.ts";
import { resizing } from "./rules/resizing.ts";
import { rnn } from "./rules/rnn.ts";
import { rotaryEmbedding } from "./rules/rotary-embedding.ts";
import { scattering } from "./rules/scattering.ts";
import { shapes } from "./rules/shapes.ts";
import { spectra } from "./rules/spectra.ts";
import { softmax } from "./rules/softmax.ts";
import { transposedConvolution } from "./rules/transposed-convolution.ts";

const families: readonly Family[] = [
  elementwise,
  functions,
  activations,
  softmax,
  losses,
  matrixProducts,
  einsum,
  reductions,
  shapes,
  indexing,
  scattering,
  padding,
  convolution,
  transposedConvolution,
  pooling,
  normalizations,
  batchNormalization,
  dropout,
  fused,
  linearAlgebra,
  rotaryEmbedding,
  spectra,
  resizing,
  gridSample,
  lstm,
  gru,
  rnn,
  constants,
];

const rewritten = [...rewrites].map(([op, { into }]) => [op, { status: "rewritten", into }] as const);

/** Every op that is known here, by qualified name ("Relu", "com.microsoft:Gelu"). */
export const registry: ReadonlyMap<string, Entry> = new Map([
  ...families.flatMap((family) => Object.entries(family)),
  ...rewritten,
]);
