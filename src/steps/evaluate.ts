import type { Criterion } from "../criteria/index.ts";
import type { Batch } from "../data/index.ts";
import { workingModel, writeModel } from "../graph/index.ts";
import type { Runtime, Session, SessionOptions } from "../runtime/index.ts";
import { evaluateGraph } from "./evaluate-graph.ts";
import { inputFeeds } from "./feeds.ts";
import type { ModelValues } from "./model-values.ts";
import { names } from "./names.ts";
import type { PreparedModel } from "./prepared-model.ts";
import { outcome, type Outcome } from "./outcome.ts";

/** The compiled `evaluate` graph. */
export class EvaluateSteps {
  readonly #prepared: PreparedModel;
  readonly #session: Session;

  private constructor(prepared: PreparedModel, session: Session) {
    this.#prepared = prepared;
    this.#session = session;
  }

  static async compile(
    prepared: PreparedModel,
    criterion: Criterion,
    runtime: Runtime,
    options: SessionOptions,
  ): Promise<EvaluateSteps> {
    const graph = evaluateGraph(prepared, criterion);
    return new EvaluateSteps(prepared, await runtime.open(writeModel(workingModel(graph)), options));
  }

  /** Scores one batch with the given values. */
  async run(values: ModelValues, batch: Batch): Promise<Outcome> {
    const feeds = { ...values.feeds(), ...inputFeeds(this.#prepared, batch.inputs), [names.labels]: batch.labels };
    return outcome(await this.#session.run(feeds));
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}
