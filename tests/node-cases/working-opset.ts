import { opSet, type OpHistory } from "../../src/gradients/op-set.ts";
import { workingOpset, type Model } from "../../src/graph/index.ts";
import { LeftOut } from "./outcome.ts";

const oldest = 13;
const history = new Map<string, OpHistory>(Object.entries(opSet));

/**
 * The model with an opset that the project reads.
 *
 * A case bears the opset in which its op last changed, however long ago: where none of its ops changed between that and opset
 * 13, it means the same in 13. One newer than the working opset is tried in the working one, where the runtime and the case's
 * expected output tell whether it means the same.
 */
export function inKnownOpset(model: Model): { model: Model; note?: string } {
  const opset = model.opsets.get("");
  if (opset === undefined || (opset >= oldest && opset <= workingOpset)) return { model };
  if (opset > workingOpset) return { model: withOpset(model, workingOpset), note: `written in opset ${opset}` };
  for (const { op, domain } of model.graph.nodes) {
    if (domain === "" && lastChange(op, opset) !== lastChange(op, oldest))
      throw new LeftOut("its opset is older than 13, and the op changed since", `${op} of opset ${opset}`);
  }
  return { model: withOpset(model, oldest) };
}

function lastChange(op: string, opset: number): number | undefined {
  return history.get(op)?.since.findLast((since) => since <= opset);
}

function withOpset(model: Model, opset: number): Model {
  return { ...model, opsets: new Map(model.opsets).set("", opset) };
}
