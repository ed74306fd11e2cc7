import { adam } from "./adam.ts";
import { adamw } from "./adamw.ts";
import { sgd } from "./sgd.ts";

/** Every optimizer, by its name: what makes one again from the record of a run. */
export const optimizers = { sgd, adam, adamw } as const;
