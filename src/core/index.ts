export { builtFile } from "./built-file.ts";
export { OnwardError, show, type ErrorCode, type ErrorFields } from "./errors.ts";
export { parse, stringify } from "./json.ts";
export { checkChoice, checkNumber, checkOptionNames, type NumberRange } from "./options.ts";
export { Random, checkSeed, hash32, hashText, type RandomState } from "./random.ts";
export { freeMemory } from "./free-memory.ts";
export { Tensor, elementBytes, elementCount, float32, int64, type ElementType } from "./tensor.ts";
export { version } from "./version.ts";
