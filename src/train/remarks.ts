import { show, type Tensor } from "../core/index.ts";
import type { Criterion } from "../criteria/index.ts";
import type { Source } from "../data/index.ts";
import { describeNode } from "../graph/index.ts";
import type { ModelValues, PreparedModel, TrainingSteps } from "../steps/index.ts";

/** Something that works, and is perhaps not what was meant. */
export interface Remark {
  /**
   * `activation`: the loss applies another activation to the model's. `classes`: the model has more classes than the data.
   * `untrained`: parameters without any gradient in the first epoch. `callback`: what a callback warns of.
   */
  readonly code: "activation" | "classes" | "untrained" | "callback";
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

/**
 * What is odd after the first epoch: parameters whose gradient was zero in every step. All their optimizer's tensors are still zero,
 * or, of an optimizer that keeps none, they are what they were to the bit.
 */
export function untrained(
  { state, trained }: TrainingSteps,
  values: ModelValues,
  initial: ModelValues,
): Remark | undefined {
  const dead = trained.filter((name) => {
    const slots = state.slotsOf(name);
    return slots.length > 0 ? slots.every(isZero) : equal(values.get(name), initial.get(name));
  });
  if (dead.length === 0) return undefined;
  const named = dead
    .slice(0, 3)
    .map((name) => show(name))
    .join(", ");
  const more = dead.length > 3 ? ` and ${dead.length - 3} more` : "";
  return {
    code: "untrained",
    text: `In the whole first epoch no gradient reached ${named}${more}: nothing that the loss depends on is computed from ${dead.length === 1 ? "it" : "them"}, or all of it is zero.`,
  };
}

function isZero({ data }: Tensor): boolean {
  return (data as Float32Array).every((value) => value === 0);
}

function equal({ data: a }: Tensor, { data: b }: Tensor): boolean {
  return (a as Float32Array).every((value, i) => Object.is(value, b[i]));
}
