import type { GraphBuilder, Node } from "../../graph/index.ts";
import type { PreparedModel } from "../prepared-model.ts";

/** What an op needs to take its training form. */
export interface TrainingContext {
  readonly g: GraphBuilder;
  readonly prepared: PreparedModel;
  /** One random unsigned 32-bit key per sample, [N]; a function of the seed, the step and the sample's place. */
  readonly keys: () => string;
  /** A running statistic as the nodes before have left it: a module that is called several times moves it each time. */
  readonly kept: (statistic: string) => string;
  /** Records the new value of a running statistic. */
  readonly keep: (statistic: string, value: string) => void;
}

/** Emits a node in its training form. */
export type TrainingForm = (node: Node, c: TrainingContext) => void;
