import { numbersOf } from "../../graph/index.ts";
import { castLike, indicator } from "../indicator.ts";
import { rule, type Family } from "../rule.ts";

/** Dropout. */
export const dropout: Family = {
  // What was kept was divided by 1 - ratio: dx = mask / (1 - ratio) dy. In evaluation dx = dy
  Dropout: rule((c) => {
    const {
      g,
      constant,
      x: [x = "", ratio = "", training = ""],
      dy: [dy = ""],
    } = c;
    const mode = constant(training);
    if (training === "" || (mode !== undefined && numbersOf(mode)[0] === 0)) return [dy];
    const mask = indicator(g, c.output(1), x);
    const rate = ratio === "" ? g.scalar(0.5, "float32") : ratio;
    const kept = g.sub(1, castLike(g, rate, x));
    // With ratio 1 nothing is kept, and nothing flows
    const scale = g.where(g.equal(kept, 0), 0, g.reciprocal(kept));
    const gradient = g.mul(g.mul(dy, mask), scale);
    return [mode === undefined ? g.where(training, gradient, dy) : gradient];
  }),
};
