import { adagrad } from "./adagrad.ts";
import { adam } from "./adam.ts";
import { adamw } from "./adamw.ts";
import { lamb } from "./lamb.ts";
import { lion } from "./lion.ts";
import { rmsprop } from "./rmsprop.ts";
import { sgd } from "./sgd.ts";

/** Every optimizer, by its name: what makes one again from the record of a run. */
export const optimizers = { sgd, adam, adamw, rmsprop, adagrad, lion, lamb } as const;
