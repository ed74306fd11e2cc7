import { OnwardError, show } from "../core/index.ts";
import type { Optimizer } from "../optimizers/index.ts";
import { refusals } from "./gradient-path.ts";
import type { Parameter, PreparedModel } from "./prepared-model.ts";
import { selectNames, type ParameterSelection } from "./select-names.ts";

/** Parameters that one optimizer moves. */
export interface ParameterGroup {
  readonly parameters: ParameterSelection;
  readonly optimizer: Optimizer;
}

/** What of a model is trained, and how. */
export interface TrainingChoice {
  /** Moves every parameter that is in no group. */
  readonly optimizer: Optimizer;
  /** Which parameters stay as they are. */
  readonly freeze?: ParameterSelection | undefined;
  /** Parameters with an optimizer of their own; one that several groups select belongs to the first. */
  readonly groups?: readonly ParameterGroup[] | undefined;
}

/** What a training graph moves. All else in the model is a constant of it. */
export interface TrainingPlan {
  readonly groups: readonly { readonly optimizer: Optimizer; readonly parameters: readonly Parameter[] }[];
  /** The running statistics that follow the batches. */
  readonly statistics: readonly string[];
}

/**
 * Decides what is trained by which optimizer.
 *
 * Running statistics stay as they are where they are selected by name, or where all parameters of their batch normalisation
 * are frozen; that normalisation then computes in training what it computes in evaluation.
 *
 * @throws OnwardError `usage` when a selection fits nothing, a group is frozen as a whole, or nothing is left to train;
 *   `unsupported` when the model has no parameters, or a trained one is not of float32
 */
export function trainingPlan(
  prepared: PreparedModel,
  { optimizer, freeze, groups = [] }: TrainingChoice,
): TrainingPlan {
  const frozen = freeze === undefined ? new Set<string>() : selectNames(prepared, freeze, "freeze");
  const free = prepared.parameters.filter(({ name }) => !frozen.has(name));
  if (prepared.parameters.length === 0) throw nothingToTrain(prepared);
  if (free.length === 0)
    throw new OnwardError("usage", { expected: "at least one parameter to train", got: "all of them frozen" });
  for (const { name, type } of free) {
    if (type === "float32") continue;
    throw new OnwardError("unsupported", {
      expected: "parameters of float32 to train",
      got: type,
      where: `parameter ${show(name)}`,
      advice: "convert the model to float32, or freeze the parameter",
    });
  }
  const taken = new Set<string>();
  const own = groups.map((group, i) => {
    const where = `parameterGroups[${i}]`;
    const selected = selectNames(prepared, group.parameters, where);
    const parameters = free.filter(({ name }) => selected.has(name) && !taken.has(name));
    if (parameters.length === 0) {
      const asked = typeof group.parameters === "string" ? show(group.parameters) : show([...group.parameters]);
      throw new OnwardError("usage", {
        expected: `${where} to select parameters that are trained`,
        got: `${asked}, which are frozen or in an earlier group`,
      });
    }
    for (const { name } of parameters) taken.add(name);
    return { optimizer: group.optimizer, parameters };
  });
  const rest = free.filter(({ name }) => !taken.has(name));
  const still = frozenStatistics(prepared, frozen);
  return {
    groups: rest.length === 0 ? own : [{ optimizer, parameters: rest }, ...own],
    statistics: prepared.statistics.filter((name) => !still.has(name)),
  };
}

function nothingToTrain(prepared: PreparedModel): OnwardError {
  const [first] = refusals(prepared);
  return new OnwardError("unsupported", {
    expected: "a model with parameters to train",
    got: first === undefined ? "none" : `none: ${first.reason}`,
    ...(first !== undefined && { where: first.node }),
  });
}

/** Selected ones, and those beside parameters that are all frozen. */
function frozenStatistics(prepared: PreparedModel, frozen: ReadonlySet<string>): ReadonlySet<string> {
  const parameters = new Set(prepared.parameters.map(({ name }) => name));
  const statistics = new Set(prepared.statistics);
  const still = new Set<string>();
  for (const { inputs } of prepared.graph.nodes) {
    const kept = inputs.filter((name) => statistics.has(name));
    if (kept.length === 0) continue;
    const learned = inputs.filter((name) => parameters.has(name));
    const asWhole = learned.length > 0 && learned.every((name) => frozen.has(name));
    if (asWhole || kept.some((name) => frozen.has(name))) for (const name of kept) still.add(name);
  }
  return still;
}
