import type { Criterion } from "../criteria/index.ts";
import type { Source } from "../data/index.ts";
import { describeNode } from "../graph/index.ts";
import type { PreparedModel } from "../steps/index.ts";

/** Something that works, and is perhaps not what was meant. */
export interface Remark {
  /** `activation`: the loss applies another activation to the model's. `classes`: the model has more classes than the data. */
  readonly code: "activation" | "classes";
  /** What it is, and what to do about it. */
  readonly text: string;
}

/** The loss of a model that ends in an activation, by its name. */
const losses = { softmax: "crossEntropy", sigmoid: "binaryCrossEntropy" } as const;

/** What is odd about training or judging a model by a criterion on a data set. */
export function remarks({ scores, activation }: PreparedModel, criterion: Criterion, source: Source): Remark[] {
  const found: Remark[] = [];
  const applied = criterion.activation;
  if (activation !== undefined && applied !== undefined && activation.name !== applied) {
    const loss = losses[activation.name];
    found.push({
      code: "activation",
      text: `The model's scores come out of ${describeNode(activation.node)}, and ${criterion.name} applies a ${applied} to them, as if they were logits. The loss of such a model is ${loss}; for ${criterion.name}, cut the ${activation.node.op} off.`,
    });
  }
  const [classes, named] = [scores.shape?.[1], source.classNames?.length];
  if (criterion.decision === "argmax" && typeof classes === "number" && named !== undefined && named < classes) {
    found.push({
      code: "classes",
      text: `The model tells ${classes} classes apart, and ${source.name ?? "the data"} has ${named}. A fresh head for these alone is made by --classes ${named}, or replaceHead(model, { classes: ${named} }).`,
    });
  }
  return found;
}
