import { binaryCrossEntropy } from "./binary-cross-entropy.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { meanSquaredError } from "./mean-squared-error.ts";

/** Every criterion, by its name: what makes one again from the record of a run. */
export const criteria = { crossEntropy, binaryCrossEntropy, meanSquaredError } as const;
