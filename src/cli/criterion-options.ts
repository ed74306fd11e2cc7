import { OnwardError } from "../core/index.ts";
import { crossEntropy, focal, hinge, type Criterion } from "../criteria/index.ts";
import { balancedClassWeights, type Source } from "../data/index.ts";
import type { Options, Values } from "./command.ts";
import { choiceOption, numberOption, numbersOption, optionalOption } from "./option-values.ts";

const criteria = ["cross-entropy", "focal", "hinge"] as const;

/** What is minimised. */
export const criterionOptions = {
  criterion: { type: "string", default: criteria[0], valueName: criteria.join("|"), help: "the loss to minimise" },
  "label-smoothing": { type: "string", valueName: "E", help: "of the cross-entropy, from 0 to 1; 0 if absent" },
  "focal-gamma": {
    type: "string",
    valueName: "G",
    help: "of the focal loss: how much it makes light of what is right already; 2 if absent",
  },
  "class-weights": {
    type: "string",
    valueName: "A,B,..|balanced",
    help: "one weight per class in the loss, or weights that make up for how often each class occurs",
  },
} as const satisfies Options;

/** The options, read. */
export interface CriterionSettings {
  readonly name: (typeof criteria)[number];
  readonly labelSmoothing: number | undefined;
  readonly gamma: number | undefined;
  readonly classWeights: readonly number[] | "balanced" | undefined;
}

/** Reads the options. @throws OnwardError `usage` naming the option that is wrong */
export function readCriterionOptions(values: Values<typeof criterionOptions>): CriterionSettings {
  const name = choiceOption("criterion", values.criterion, criteria);
  const only = (option: "label-smoothing" | "focal-gamma", criterion: CriterionSettings["name"]) => {
    if (values[option] === undefined || name === criterion) return;
    throw new OnwardError("usage", { expected: `--${option} with --criterion ${criterion} alone`, got: name });
  };
  only("label-smoothing", "cross-entropy");
  only("focal-gamma", "focal");
  return {
    name,
    labelSmoothing: optionalOption(values["label-smoothing"], (text) =>
      numberOption("label-smoothing", text, { minimum: 0, maximum: 1 }),
    ),
    gamma: optionalOption(values["focal-gamma"], (text) => numberOption("focal-gamma", text, { minimum: 0 })),
    classWeights: optionalOption(values["class-weights"], (text) =>
      text === "balanced" ? text : numbersOption("class-weights", text, { minimum: 0 }),
    ),
  };
}

/** Makes the criterion for the samples that are trained on. @throws OnwardError `usage` where their classes are not known */
export function makeCriterion(settings: CriterionSettings, samples: Source): Criterion {
  const { name, labelSmoothing, gamma } = settings;
  const classWeights = settings.classWeights === "balanced" ? balanced(samples) : settings.classWeights;
  switch (name) {
    case "cross-entropy":
      return crossEntropy({ labelSmoothing: labelSmoothing ?? 0, ...(classWeights && { classWeights }) });
    case "focal":
      return focal({ gamma, classWeights });
    case "hinge":
      return hinge({ classWeights });
  }
}

function balanced({ labels, classNames, name }: Source): number[] {
  if (labels !== undefined && classNames !== undefined) return balancedClassWeights(labels, classNames.length);
  throw new OnwardError("usage", {
    expected: "data whose labels are known before it is read, with --class-weights balanced",
    got: "others",
    ...(name !== undefined && { where: name }),
  });
}
