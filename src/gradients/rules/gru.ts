import { intAttribute } from "../../graph/index.ts";
import type { Family } from "../rule.ts";
import { product } from "../product.ts";
import { outer, recur, recurrent } from "./recurrent.ts";

/** Gated recurrent units. */
export const gru: Family = {
  // z, s = sigmoid of x W^T + h' R^T + b; n = tanh(x Wn^T + s (h' Rn^T + bn)), or tanh(x Wn^T + (s h') Rn^T + bn);
  // h = (1 - z) n + z h'
  GRU: recurrent(3, [["sigmoid", "tanh"]], (d) => {
    const { g, c, backwards, hidden, x, before, w, r, biases } = d;
    const after = intAttribute(c.node, "linear_before_reset", 0) === 1;
    const thirds = (value: string, axis: number) => g.ops("Split", [value], 3, { axis, num_outputs: 3 });
    const [rz = "", rs = "", rn = ""] = thirds(r, 0);
    const [xz = "", xs = "", xn = ""] = thirds(g.add(product(g, x, w, 0, 1), biases.input), -1);
    const [bz = "", bs = "", bn = ""] = thirds(biases.recurrent, 0);
    const hiddenPart = (value: string, weights: string, bias: string) => g.add(product(g, value, weights, 0, 1), bias);
    const z = g.op("Sigmoid", [g.add(xz, hiddenPart(before, rz, bz))]);
    const s = g.op("Sigmoid", [g.add(xs, hiddenPart(before, rs, bs))]);
    const inner = hiddenPart(after ? before : g.mul(s, before), rn, bn);
    const n = g.op("Tanh", [g.add(xn, after ? g.mul(s, inner) : inner)]);
    const slope = (gate: string) => g.mul(gate, g.sub(1, gate));
    const ofUpdate = g.mul(g.sub(before, n), slope(z));
    const ofNews = g.mul(g.sub(1, z), g.sub(1, g.square(n)));
    const ofReset = g.mul(after ? inner : before, slope(s));
    const back = recur(
      d,
      {
        states: [d.dlast],
        inputs: [d.dh, ofUpdate, ofNews, ofReset, z, s],
        backwards: !backwards,
        step: (b, [later = ""], [own = "", su = "", sn = "", sr = "", keep = "", reset = ""]) => {
          const dh = b.add(own, later);
          const [dz, dn] = [b.mul(dh, su), b.mul(dh, sn)];
          // Of h' Rn^T with its bias, where the reset gate comes after it; of s h', where it comes before
          const da = after ? b.mul(dn, reset) : dn;
          const through = b.matMul(da, rn);
          const ds = b.mul(after ? dn : through, sr);
          const gates = b.add(b.matMul(dz, rz), b.matMul(ds, rs));
          const previous = b.add(b.add(b.mul(dh, keep), gates), after ? through : b.mul(through, reset));
          return { states: [previous], outputs: [dz, ds, dn, b.op("Identity", [da])] };
        },
      },
      "zeros",
    );
    const [dz = "", ds = "", dn = "", da = ""] = back.outputs;
    const recurrentGates = g.concat([outer(g, dz, before, hidden), outer(g, ds, before, hidden)], 0);
    return {
      gates: g.concat([dz, ds, dn], 2),
      recurrent: g.concat([dz, ds, da], 2),
      r: g.concat([recurrentGates, outer(g, da, after ? before : g.mul(s, before), hidden)], 0),
      firstHidden: back.states[0] ?? "",
      firstCell: undefined,
    };
  }),
};
