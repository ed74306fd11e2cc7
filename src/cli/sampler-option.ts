import { OnwardError } from "../core/index.ts";
import { classBalanced, shuffled, stratified, type Sampler, type Source } from "../data/index.ts";
import type { Options } from "./command.ts";
import { choiceOption } from "./option-values.ts";

const samplers = ["shuffled", "class-balanced", "stratified"] as const;

export const samplerOption = {
  sampler: {
    type: "string",
    default: samplers[0],
    valueName: samplers.join("|"),
    help: "which train samples an epoch sees: each once; as many, of each class equally often; each once, classes evenly spread",
  },
} as const satisfies Options;

export type SamplerName = (typeof samplers)[number];

/** Reads `--sampler`. @throws OnwardError `usage` when it is none */
export function readSampler(text: string): SamplerName {
  return choiceOption("sampler", text, samplers);
}

/** Makes the sampler. @throws OnwardError `usage` where it needs labels that are not known */
export function makeSampler(choice: SamplerName, { labels, name }: Source, seed: number): Sampler {
  if (choice === "shuffled") return shuffled({ seed });
  if (labels === undefined) {
    throw new OnwardError("usage", {
      expected: `data whose labels are known before it is read, with --sampler ${choice}`,
      got: "others",
      ...(name !== undefined && { where: name }),
    });
  }
  return choice === "stratified" ? stratified(labels, { seed }) : classBalanced(labels, { seed });
}
