import { elementwise } from "./rules/elementwise.ts";
import type { Entry, Family } from "./rule.ts";

const families: readonly Family[] = [elementwise];

/** Every op that is known here, by qualified name ("Relu", "com.microsoft:Gelu"). */
export const registry: ReadonlyMap<string, Entry> = new Map(families.flatMap((family) => Object.entries(family)));
