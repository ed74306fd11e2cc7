import { stringsAttribute } from "../../graph/index.ts";
import { positive } from "../indicator.ts";
import type { Family } from "../rule.ts";
import { outer, recur, recurrent } from "./recurrent.ts";

/** The simple recurrent layer. */
export const rnn: Family = {
  // h = f(x W^T + h' R^T + b), f tanh or relu
  RNN: recurrent(1, [["tanh"], ["relu"]], (d) => {
    const { g, c, backwards, hidden, h, before, r } = d;
    const names = stringsAttribute(c.node, "activations") ?? ["Tanh"];
    // The directions may differ; the second is the one that goes backwards after a first
    const name = names[names.length > 1 && backwards ? 1 : 0] ?? "Tanh";
    const slope = name.toLowerCase() === "relu" ? positive(g, h) : g.sub(1, g.square(h));
    const back = recur(
      d,
      {
        states: [d.dlast],
        inputs: [d.dh, slope],
        backwards: !backwards,
        step: (b, [later = ""], [own = "", factor = ""]) => {
          const dz = b.mul(b.add(own, later), factor);
          return { states: [b.matMul(dz, r)], outputs: [dz] };
        },
      },
      "zeros",
    );
    const gates = back.outputs[0] ?? "";
    return {
      gates,
      recurrent: gates,
      r: outer(g, gates, before, hidden),
      firstHidden: back.states[0] ?? "",
      firstCell: undefined,
    };
  }),
};
