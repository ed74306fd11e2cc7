import type { Entry, Family } from "./rule.ts";
import { activations } from "./rules/activations.ts";
import { batchNormalization } from "./rules/batch-normalization.ts";
import { convolution } from "./rules/convolution.ts";
import { dropout } from "./rules/dropout.ts";
import { elementwise } from "./rules/elementwise.ts";
import { functions } from "./rules/functions.ts";
import { indexing } from "./rules/indexing.ts";
import { losses } from "./rules/losses.ts";
import { matrixProducts } from "./rules/matrix-products.ts";
import { normalizations } from "./rules/normalizations.ts";
import { pooling } from "./rules/pooling.ts";
import { reductions } from "./rules/reductions.ts";
import { shapes } from "./rules/shapes.ts";
import { softmax } from "./rules/softmax.ts";

const families: readonly Family[] = [
  elementwise,
  functions,
  activations,
  softmax,
  losses,
  matrixProducts,
  reductions,
  shapes,
  indexing,
  convolution,
  pooling,
  normalizations,
  batchNormalization,
  dropout,
];

/** Every op that is known here, by qualified name ("Relu", "com.microsoft:Gelu"). */
export const registry: ReadonlyMap<string, Entry> = new Map(families.flatMap((family) => Object.entries(family)));
