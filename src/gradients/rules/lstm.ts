import type { GraphBuilder } from "../../graph/index.ts";
import type { Family } from "../rule.ts";
import { outer, preactivation, recur, recurrent, shifted } from "./recurrent.ts";

/** Long short-term memory. */
export const lstm: Family = {
  // i, o, f = sigmoid, n = tanh of x W^T + h' R^T + b; c = f c' + i n; h = o tanh(c). With peepholes p, i and f add p c' before
  // their sigmoid, and o adds p c.
  LSTM: recurrent(4, [["sigmoid", "tanh", "tanh"]], (d) => {
    const { g, backwards, hidden, before, r } = d;
    const [zi = "", zo = "", zf = "", zn = ""] = g.ops("Split", [preactivation(d)], 4, { axis: -1, num_outputs: 4 });
    const [pi, po, pf] = d.peepholes === undefined ? [] : g.ops("Split", [d.peepholes], 3, { axis: 0, num_outputs: 3 });
    const gate = (b: GraphBuilder, z: string, p?: string, cell = "") =>
      b.op("Sigmoid", [p === undefined ? z : b.add(z, b.mul(p, cell))]);
    const n = g.op("Tanh", [zn]);
    // Without peepholes these gates do not depend on the cell, and are known for all steps.
    const open = d.peepholes === undefined ? { i: gate(g, zi), f: gate(g, zf) } : undefined;
    const memory = recur(
      d,
      {
        states: [d.firstCell],
        inputs: open === undefined ? [zf, zi, n] : [open.f, g.mul(open.i, n)],
        backwards,
        step: (b, [cell = ""], [first = "", second = "", fresh = ""]) => {
          const keep = open === undefined ? gate(b, first, pf, cell) : first;
          const news = open === undefined ? b.mul(gate(b, second, pi, cell), fresh) : second;
          const next = b.add(b.mul(keep, cell), news);
          return { states: [next], outputs: [b.op("Identity", [next])] };
        },
      },
      "states",
    );
    const cells = memory.outputs[0] ?? "";
    const cellsBefore = shifted(g, cells, d.firstCell, backwards);
    const i = open?.i ?? gate(g, zi, pi, cellsBefore);
    const f = open?.f ?? gate(g, zf, pf, cellsBefore);
    const o = gate(g, zo, po, cells);
    const t = g.op("Tanh", [cells]);
    // What dh and dc are multiplied by: all of it is known before the recurrence
    const slope = (y: string) => g.mul(y, g.sub(1, y));
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
          const dzo = b.mul(dh, so);
          const through = (dz: string, p: string | undefined, dc: string) =>
            p === undefined ? dc : b.add(dc, b.mul(dz, p));
          const dc = through(dzo, po, b.add(laterCell, b.mul(dh, sc)));
          const [dzi, dzf] = [b.mul(dc, si), b.mul(dc, sf)];
          const dz = b.concat([dzi, dzo, dzf, b.mul(dc, sn)], 1);
          const earlier = through(dzf, pf, through(dzi, pi, b.mul(dc, keep)));
          return { states: [b.matMul(dz, r), earlier], outputs: [dz] };
        },
      },
      "zeros",
    );
    const gates = back.outputs[0] ?? "";
    const seen = (dz: string) => {
      const [dzi = "", dzo = "", dzf = ""] = g.ops("Split", [dz], 4, { axis: -1, num_outputs: 4 });
      const parts = [g.mul(dzi, cellsBefore), g.mul(dzo, cells), g.mul(dzf, cellsBefore)];
      return g.concat(
        parts.map((part) => g.sum(part, [0, 1])),
        0,
      );
    };
    return {
      gates,
      recurrent: gates,
      r: outer(g, gates, before, 4 * hidden),
      firstHidden: back.states[0] ?? "",
      firstCell: back.states[1],
      peepholes: d.peepholes === undefined ? undefined : seen(gates),
    };
  }),
};
