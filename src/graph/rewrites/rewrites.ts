import { fusedConv, fusedGemm, swish } from "./activations.ts";
import { attention } from "./attention.ts";
import { globalLpPool } from "./global-lp-pool.ts";
import {
  embedLayerNormalization,
  simplifiedLayerNormalization,
  skipLayerNormalization,
  skipSimplifiedLayerNormalization,
} from "./layer-normalizations.ts";
import { microsoftAttention, multiHeadAttention } from "./microsoft-attention.ts";
import type { Rewrite } from "./rewrite.ts";

/** Every op that is rewritten before a graph is differentiated, by qualified name. */
export const rewrites: ReadonlyMap<string, Rewrite> = new Map(
  Object.entries({
    Swish: swish,
    GlobalLpPool: globalLpPool,
    Attention: attention,
    SimplifiedLayerNormalization: simplifiedLayerNormalization,
    "com.microsoft:SkipLayerNormalization": skipLayerNormalization,
    "com.microsoft:SkipSimplifiedLayerNormalization": skipSimplifiedLayerNormalization,
    "com.microsoft:EmbedLayerNormalization": embedLayerNormalization,
    "com.microsoft:Attention": microsoftAttention,
    "com.microsoft:MultiHeadAttention": multiHeadAttention,
    "com.microsoft:FusedConv": fusedConv,
    "com.microsoft:FusedGemm": fusedGemm,
  }),
);
