import type { Family } from "../rule.ts";
import { outer, preactivation, recur, recurrent, shifted } from "./recurrent.ts";

/** Long short-term memory. */
export const lstm: Family = {
  // i, o, f = sigmoid, n = tanh of x W^T + h' R^T + b; c = f c' + i n; h = o tanh(c)
  LSTM: recurrent(4, [["sigmoid", "tanh", "tanh"]], (d) => {
    const { g, backwards, hidden, before, r } = d;
    const [zi = "", zo = "", zf = "", zn = ""] = g.ops("Split", [preactivation(d)], 4, { axis: -1, num_outputs: 4 });
    const [i, o, f] = [zi, zo, zf].map((gate) => g.op("Sigmoid", [gate])) as [string, string, string];
    const n = g.op("Tanh", [zn]);
    const memory = recur(
      d,
      {
        states: [d.firstCell],
        inputs: [f, g.mul(i, n)],
        backwards,
        step: (b, [cell = ""], [keep = "", news = ""]) => {
          const next = b.add(b.mul(keep, cell), news);
          return { states: [next], outputs: [b.op("Identity", [next])] };
        },
      },
      "states",
    );
    const cells = memory.outputs[0] ?? "";
    const cellsBefore = shifted(g, cells, d.firstCell, backwards);
    const t = g.op("Tanh", [cells]);
    // What dh and dc are multiplied by: all of it is known before the recurrence
    const slope = (gate: string) => g.mul(gate, g.sub(1, gate));
    const ofOutput = g.mul(t, slope(o));
    const ofCell = g.mul(o, g.sub(1, g.square(t)));
    const ofInput = g.mul(n, slope(i));
    const ofForget = g.mul(cellsBefore, slope(f));
    const ofNews = g.mul(i, g.sub(1, g.square(n)));
    const back = recur(
      d,
      {
        states: [d.dlast, d.dcell],
        inputs: [d.dh, ofOutput, ofCell, ofInput, ofForget, ofNews, f],
        backwards: !backwards,
        step: (b, [later = "", laterCell = ""], [own = "", so = "", sc = "", si = "", sf = "", sn = "", keep = ""]) => {
          const dh = b.add(own, later);
          const dc = b.add(laterCell, b.mul(dh, sc));
          const dz = b.concat([b.mul(dc, si), b.mul(dh, so), b.mul(dc, sf), b.mul(dc, sn)], 1);
          return { states: [b.matMul(dz, r), b.mul(dc, keep)], outputs: [dz] };
        },
      },
      "zeros",
    );
    const gates = back.outputs[0] ?? "";
    return {
      gates,
      recurrent: gates,
      r: outer(g, gates, before, 4 * hidden),
      firstHidden: back.states[0] ?? "",
      firstCell: back.states[1],
    };
  }),
};
