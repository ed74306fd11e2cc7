import { binaryCrossEntropy } from "./binary-cross-entropy.ts";
import { binaryFocal } from "./binary-focal.ts";
import { binaryHinge } from "./binary-hinge.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { focal } from "./focal.ts";
import { hinge } from "./hinge.ts";
import { klDivergence } from "./kl-divergence.ts";
import { meanSquaredError } from "./mean-squared-error.ts";

/** Every criterion, by its name: what makes one again from the record of a run. */
export const criteria = {
  crossEntropy,
  binaryCrossEntropy,
  meanSquaredError,
  focal,
  binaryFocal,
  hinge,
  binaryHinge,
  klDivergence,
} as const;
