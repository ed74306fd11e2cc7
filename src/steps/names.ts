/** Names of what a step graph takes and gives besides the model's own inputs and parameters. */
export const names = {
  labels: "onward/labels",
  keys: "onward/keys",
  terms: "onward/terms",
  weights: "onward/weights",
  scores: "onward/scores",
  steps: "onward/steps",
  /** Whether a step left everything as it was. */
  skipped: "onward/skipped",
  /** What gradients of sums are multiplied by: one over the total weight. */
  scale: "onward/scale",
  /** The sum of a window's terms. */
  loss: "onward/loss",
  /** The share that a step brings into the moving averages. */
  intake: "onward/intake",
  /** Where each sample of each step stands in what `all` names. */
  rows: "onward/rows",
  /** An input that holds all samples that the steps pick theirs from. */
  all: (name: string) => `onward/all/${name}`,
  /** An input that holds one value per step, stacked along the first axis. */
  stacked: (name: string) => `onward/stacked/${name}`,
  /** A number of the optimizer of a group, counted from 0. */
  scalar: (group: number, name: string) => `onward/scalar/${group}/${name}`,
  state: (slot: string, parameter: string) => `onward/state/${slot}/${parameter}`,
  /** The moving average of a parameter or statistic. */
  average: (name: string) => `onward/average/${name}`,
  /** A carried value before the first step and after the last. */
  before: (name: string) => `onward/before/${name}`,
  after: (name: string) => `onward/after/${name}`,
  /** A carried value in the blocks that it is computed in. */
  blocks: (name: string) => `onward/blocks/${name}`,
  gradient: (parameter: string) => `onward/gradient/${parameter}`,
} as const;
