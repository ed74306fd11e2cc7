import type { Sample } from "../sample.ts";
import { activations } from "./activations.ts";
import { convolution } from "./convolution.ts";
import { einsum } from "./einsum.ts";
import { elementwise } from "./elementwise.ts";
import { functions } from "./functions.ts";
import { fused } from "./fused.ts";
import { gridSample } from "./grid-sample.ts";
import { indexing } from "./indexing.ts";
import { linearAlgebra } from "./linear-algebra.ts";
import { losses } from "./losses.ts";
import { matrixProducts } from "./matrix-products.ts";
import { normalizations } from "./normalizations.ts";
import { padding } from "./padding.ts";
import { pooling } from "./pooling.ts";
import { resizing } from "./resizing.ts";
import { rewritten } from "./rewritten.ts";
import { recurrent } from "./recurrent.ts";
import { reductions } from "./reductions.ts";
import { rotaryEmbedding } from "./rotary-embedding.ts";
import { shapes } from "./shapes.ts";
import { spectra } from "./spectra.ts";

/** Samples of every rule, by the op's qualified name. */
export const samples: Readonly<Record<string, readonly Sample[]>> = {
  ...elementwise,
  ...functions,
  ...activations,
  ...losses,
  ...matrixProducts,
  ...reductions,
  ...shapes,
  ...spectra,
  ...indexing,
  ...convolution,
  ...pooling,
  ...normalizations,
  ...einsum,
  ...padding,
  ...fused,
  ...linearAlgebra,
  ...rotaryEmbedding,
  ...resizing,
  ...recurrent,
  ...gridSample,
  ...rewritten,
};
