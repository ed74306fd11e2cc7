import { OnwardError, show } from "../core/errors.ts";
import { dyadic, minus, plus, squareRootOfQuotient, times } from "./dyadic.ts";
import { ExactSum, type ExactSumJson, productError } from "./exact-sum.ts";

/** Numbers that a state adds: float32 as a graph gives them, float64 as a file does. */
export type Floats = Float32Array | Float64Array;

const names = ["terms", "weights", "squaredTerms", "termsTimesWeights", "squaredWeights"] as const;

/** The five exact sums as JSON. */
export type LossMomentsJson = Record<(typeof names)[number], ExactSumJson>;

/**
 * The exact sums that a weighted mean and its standard error need: of terms t, weights w, t^2, t w and w^2.
 *
 * A term is a sample's loss times its weight. Loss: `sum t / sum w`.
 */
export class LossMoments {
  readonly weights = new ExactSum();
  readonly squaredTerms = new ExactSum();
  readonly squaredWeights = new ExactSum();
  readonly #terms = new ExactSum();
  readonly #termsTimesWeights = new ExactSum();
  /** Terms of weight 1, which enter both of these: they are added up once, until someone asks. */
  readonly #ofWeightOne = new ExactSum();
  #pending = false;

  get terms(): ExactSum {
    this.#settle();
    return this.#terms;
  }

  get termsTimesWeights(): ExactSum {
    this.#settle();
    return this.#termsTimesWeights;
  }

  #settle(): void {
    if (!this.#pending) return;
    this.#terms.merge(this.#ofWeightOne);
    this.#termsTimesWeights.merge(this.#ofWeightOne);
    this.#ofWeightOne.clear();
    this.#pending = false;
  }

  /** Adds terms and their weights; weights that are absent are 1 each. */
  addTerms(terms: Floats, weights: Floats | undefined): void {
    this.squaredTerms.addSquares(terms);
    if (weights === undefined) {
      this.weights.add(terms.length);
      this.squaredWeights.add(terms.length);
      this.#ofWeightOne.addAll(terms);
      this.#pending = true;
    } else {
      this.terms.addAll(terms);
      this.weights.addAll(weights);
      this.termsTimesWeights.addProducts(terms, weights);
      this.squaredWeights.addProducts(weights, weights);
    }
  }

  /** Adds losses with weights that are still apart: each term is their product, without rounding. */
  addLosses(losses: Floats, weights: Floats): void {
    this.weights.addAll(weights);
    this.squaredWeights.addProducts(weights, weights);
    for (let i = 0; i < losses.length; i++) this.#addLoss(losses[i] as number, weights[i] as number);
  }

  #addLoss(loss: number, weight: number): void {
    const product = loss * weight;
    this.terms.addProduct(loss, weight);
    const magnitude = Math.abs(product);
    const larger = Math.max(Math.abs(loss), Math.abs(weight));
    if (
      product === 0 ? loss === 0 || weight === 0 : magnitude > 2 ** -900 && magnitude < 2 ** 900 && larger < 2 ** 900
    ) {
      // The term is product + error, exactly; so is its square, taken apart.
      const error = product === 0 ? 0 : productError(loss, weight, product);
      this.squaredTerms.addProduct(product, product);
      this.termsTimesWeights.addProduct(product, weight);
      if (error !== 0) {
        this.squaredTerms.addProduct(2 * product, error);
        this.squaredTerms.addProduct(error, error);
        this.termsTimesWeights.addProduct(error, weight);
      }
    } else if (Number.isFinite(loss) && Number.isFinite(weight)) {
      const [l, w] = [dyadic(loss), dyadic(weight)];
      this.squaredTerms.addDyadic(times(l, w, l, w));
      this.termsTimesWeights.addDyadic(times(l, w, w));
    } else {
      this.squaredTerms.add(product * product);
      this.termsTimesWeights.add(product * weight);
    }
  }

  /** Adds everything that another state holds. */
  merge(other: LossMoments): void {
    for (const name of names) this[name].merge(other[name]);
  }

  /** Whether all weights add up to zero, so that there is no mean. */
  get weightless(): boolean {
    return this.weights.value() === 0;
  }

  /** The weighted mean `sum t / sum w`, correctly rounded; undefined without weight. */
  mean(): number | undefined {
    return this.weightless ? undefined : this.terms.dividedBy(this.weights);
  }

  /**
   * The standard error of the weighted mean L by the delta method: `sqrt(n / (n - 1) * sum (t - L w)^2) / sum w`, computed
   * exactly and rounded once. With equal weights it is the sample deviation over the root of n.
   *
   * Undefined for fewer than two samples or without weight; NaN when a term or weight is not finite.
   *
   * Source: the linearised variance of a ratio, Cochran, Sampling Techniques (1977), 6.4, samples taken with replacement.
   */
  standardError(samples: number): number | undefined {
    if (samples < 2 || this.weightless) return undefined;
    if (!names.every((name) => this[name].finite)) return NaN;
    const [t, w] = [this.terms.exact(), this.weights.exact()];
    // W^2 sum (t - L w)^2 = W^2 sum t^2 - 2 T W sum t w + T^2 sum w^2
    const spread = plus(
      times(w, w, this.squaredTerms.exact()),
      plus(minus(times(dyadic(2), t, w, this.termsTimesWeights.exact())), times(t, t, this.squaredWeights.exact())),
    );
    return squareRootOfQuotient(times(dyadic(samples), spread), times(dyadic(samples - 1), w, w, w, w));
  }

  toJSON(): LossMomentsJson {
    return Object.fromEntries(names.map((name) => [name, this[name].toJSON()])) as LossMomentsJson;
  }

  /** @throws OnwardError `data` when it is not what `toJSON` wrote */
  static fromJSON(json: unknown): LossMoments {
    if (typeof json !== "object" || json === null) {
      throw new OnwardError("data", { expected: "the exact sums of a loss", got: show(json) });
    }
    const moments = new LossMoments();
    for (const name of names) moments[name].merge(ExactSum.fromJSON((json as Record<string, unknown>)[name]));
    return moments;
  }
}
