import type { Criterion } from "../criteria/index.ts";
import type { Batch } from "../data/index.ts";
import { qualifiedName, workingModel, writeModel } from "../graph/index.ts";
import type { Runtime, Session, SessionOptions } from "../runtime/index.ts";
import { evaluateGraph } from "./evaluate-graph.ts";
import type { ModelValues } from "./model-values.ts";
import { outcome, type Outcome } from "./outcome.ts";
import type { PreparedModel } from "./prepared-model.ts";
import { stackedBatches } from "./stacked-batches.ts";

/** From how many batches on a pass is worth a session of its own: with convolutions, whose weights the runtime then arranges, and without. */
const worth = { convolutions: 8, others: 200 };

/** What constants may take of a session's model. */
const mostBytes = 2 ** 30;

/** The compiled `evaluate` graph, several batches a call. */
export class EvaluateSteps {
  readonly #prepared: PreparedModel;
  readonly #open: (values?: ModelValues) => Promise<Session>;
  readonly #convolutions: boolean;
  /** With the values as inputs. */
  #general: Promise<Session> | undefined;
  /** With these values as constants. */
  #fixed: { readonly values: ModelValues; readonly session: Session } | undefined;

  private constructor(prepared: PreparedModel, open: (values?: ModelValues) => Promise<Session>) {
    this.#prepared = prepared;
    this.#open = open;
    this.#convolutions = prepared.graph.nodes.some((node) => qualifiedName(node) === "Conv");
  }

  /** Nothing is loaded into the runtime before the first batch. */
  static compile(
    prepared: PreparedModel,
    criterion: Criterion,
    runtime: Runtime,
    options: SessionOptions,
  ): EvaluateSteps {
    return new EvaluateSteps(prepared, (values) =>
      runtime.open(writeModel(workingModel(evaluateGraph(prepared, criterion, values))), options),
    );
  }

  /**
   * Gets ready for a pass. For one of many batches the values become constants of a session, which the runtime arranges and folds: a
   * convolutional network is then several times as fast. Which it is follows from the number of batches alone, so that results do not
   * depend on times.
   */
  async begin(values: ModelValues, batches: number): Promise<void> {
    if (this.#fixed !== undefined && sameTensors(this.#fixed.values, values)) return;
    await this.rest();
    if (batches < (this.#convolutions ? worth.convolutions : worth.others)) return;
    if (bytesOf(values) > mostBytes) return;
    const kept = values.copy();
    this.#fixed = { values: kept, session: await this.#open(kept) };
  }

  /**
   * Scores `count` batches of `size` samples that stand one after the other in `batch`.
   *
   * @returns terms, weights and scores with a leading axis of batches
   */
  async run(values: ModelValues, batch: Batch, count: number, size: number): Promise<Outcome> {
    const feeds = stackedBatches(this.#prepared, batch, count, size);
    const fixed = this.#fixed;
    if (fixed !== undefined && sameTensors(fixed.values, values)) return outcome(await fixed.session.run(feeds));
    const session = await (this.#general ??= this.#open());
    return outcome(await session.run({ ...feeds, ...values.feeds() }));
  }

  /** Frees what holds the values of a pass, which training is about to move. */
  async rest(): Promise<void> {
    const fixed = this.#fixed;
    this.#fixed = undefined;
    await fixed?.session.release();
  }

  async release(): Promise<void> {
    await this.rest();
    const general = this.#general;
    this.#general = undefined;
    await (await general)?.release();
  }
}

/** Nothing writes into a tensor that was given out, so the same ones have the same values. */
function sameTensors(a: ModelValues, b: ModelValues): boolean {
  return a.names.every((name) => a.get(name) === b.get(name));
}

function bytesOf(values: ModelValues): number {
  return values.names.reduce((sum, name) => sum + (values.get(name).data as Uint8Array).byteLength, 0);
}
