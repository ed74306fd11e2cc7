import { OnwardError, show } from "../core/errors.ts";
import { exp } from "./exp.ts";
import { ExactSum } from "./exact-sum.ts";
import type { Floats } from "./loss-moments.ts";

/** Labelled logits. */
export interface LogitBatch {
  /** Row-major, [samples, classes]. Log-probabilities are logits too; of probabilities take the logarithm. */
  readonly logits: Floats | readonly number[];
  readonly labels: ArrayLike<number>;
  /** Each sample's weight, at least 0; 1 each when absent. */
  readonly weights?: ArrayLike<number>;
}

/**
 * The log-loss of logits times one factor, and its first two derivatives by that factor, as exact sums. The factor is the
 * inverse a of a temperature: with p the softmax of `a x`, a sample of label y adds `log(sum exp(a x)) - a x_y`, the slope
 * `E_p[x] - x_y` and the curvature `Var_p[x]`, which is never negative, so the sums are convex in a. The factors 0 and
 * Infinity give the slopes towards which it goes there.
 */
export class TemperatureState {
  readonly classes: number;
  readonly inverse: number;
  readonly weights = new ExactSum();
  readonly #losses = new ExactSum();
  readonly #slopes = new ExactSum();
  readonly #curvatures = new ExactSum();

  /** @throws OnwardError `usage` when the factor is negative or NaN */
  constructor(classes: number, inverse: number) {
    if (!(inverse >= 0)) {
      throw new OnwardError("usage", { expected: "an inverse temperature of at least 0", got: show(inverse) });
    }
    this.classes = classes;
    this.inverse = inverse;
  }

  /**
   * Adds samples. A score of -Infinity is a class that cannot be.
   *
   * @param where - names a sample for an error
   * @throws OnwardError `data` when lengths do not fit, or no temperature could make the loss of a sample finite
   */
  add({ logits, labels, weights }: LogitBatch, where = (sample: number) => `sample ${sample}`): void {
    const { classes, inverse } = this;
    if (logits.length !== labels.length * classes || (weights !== undefined && weights.length !== labels.length)) {
      throw new OnwardError("data", { expected: `${classes} logits a label, and a weight each` });
    }
    for (let i = 0; i < labels.length; i++) {
      const first = i * classes;
      let highest = -Infinity;
      for (let k = first; k < first + classes; k++) {
        const score = logits[k] as number;
        // Not Math.max, for its NaN would be passed over by the comparison.
        if (!(score <= highest)) highest = score;
        if (Number.isNaN(score)) break;
      }
      const own = (logits[first + (labels[i] as number)] ?? NaN) - highest;
      if (!Number.isFinite(own)) {
        throw new OnwardError("data", {
          expected: "finite scores to fit a temperature to",
          got: show(logits[first + (labels[i] as number)]),
          where: where(i),
        });
      }
      const weight = weights?.[i] ?? 1;
      this.weights.add(weight);
      let [sum, product, square, others] = [0, 0, 0, 0];
      for (let k = first; k < first + classes; k++) {
        const below = (logits[k] as number) - highest;
        if (below === -Infinity) continue;
        const power = below === 0 ? 1 : inverse === Infinity ? 0 : exp(inverse * below);
        sum += power;
        product += power * below;
        square += power * below * below;
        if (below !== 0) others += power;
      }
      const mean = product / sum;
      this.#slopes.addProduct(weight, mean - own);
      if (inverse === 0 || inverse === Infinity) continue;
      const ties = sum - others;
      this.#losses.addProduct(weight, Math.log(ties) + Math.log1p(others / ties) - inverse * own);
      this.#curvatures.addProduct(weight, Math.max(0, square / sum - mean * mean));
    }
  }

  /** The mean loss; undefined without weight. */
  loss(): number | undefined {
    return this.weights.value() === 0 ? undefined : this.#losses.dividedBy(this.weights);
  }

  /** The derivative of the loss sum by the factor. */
  slope(): number {
    return this.#slopes.value();
  }

  /** The second derivative. */
  curvature(): number {
    return this.#curvatures.value();
  }
}
