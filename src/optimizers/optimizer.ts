import type { GraphBuilder } from "../graph/index.ts";

/** A learning rate: a number, or a function of the step, counted from 0. */
export type Schedule = number | ((step: number) => number);

/** The values of one parameter's update, by name. */
export interface UpdateInputs {
  readonly parameter: string;
  /** The gradient of the mean loss: already divided by the window's total weight. */
  readonly gradient: string;
  /** One value per slot, of the parameter's shape; zeros before the first step. */
  readonly state: Readonly<Record<string, string>>;
  /** One scalar of the parameter's type per name in `scalars`. */
  readonly scalars: Readonly<Record<string, string>>;
}

/** A gradient alpha A' B', with A' and B' the matrices A and B, transposed where told. */
export interface GradientFactors {
  readonly a: string;
  readonly b: string;
  readonly transA: number;
  readonly transB: number;
  readonly alpha: number;
}

/** What an update gives: the new parameter and its new state. */
export interface UpdateOutputs {
  readonly parameter: string;
  readonly state: Readonly<Record<string, string>>;
}

/** An optimizer: an update as ONNX ops, and the numbers that change from step to step. */
export interface Optimizer {
  readonly name: string;
  /** Everything needed to make it again, for the record of a run. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The tensors that it keeps for each parameter, by name. */
  readonly slots: readonly string[];
  /** Whether what becomes of an element depends on that element alone: large parameters are then moved block after block. */
  readonly elementwise?: boolean;
  /** The learning rate at a step, counted from 0. */
  learningRate(step: number): number;
  /**
   * The scalars of a step, computed in float64 and rounded once to float32: always under the same names.
   *
   * @param factor - multiplies the learning rate, as a plateau asks for; default 1
   */
  scalars(step: number, factor?: number): Readonly<Record<string, number>>;
  /** Emits the update of one parameter. */
  emit(g: GraphBuilder, inputs: UpdateInputs): UpdateOutputs;
  /**
   * Emits the update of a parameter whose gradient is a product that need not stand by itself, and gives the new parameter in the
   * product's shape. For optimizers without state to which that saves passes over memory.
   */
  readonly emitFactored?: (
    g: GraphBuilder,
    inputs: Pick<UpdateInputs, "parameter" | "scalars"> & { readonly gradient: GradientFactors },
  ) => string;
}
