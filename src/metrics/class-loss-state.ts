import { OnwardError, show } from "../core/errors.ts";
import { worthABlock } from "./block-sums.ts";
import { ExactSum, type ExactSumJson } from "./exact-sum.ts";
import { groupValues } from "./group-values.ts";

/** Sums terms and weights of each class apart: the mean loss of a class is its terms divided by its weights. */
export class ClassLossState {
  readonly #terms: ExactSum[];
  readonly #weights: ExactSum[];
  /** Samples of weight 1, which are counted until somebody asks. */
  readonly #ones: Float64Array;

  constructor(classes: number) {
    this.#terms = Array.from({ length: classes }, () => new ExactSum());
    this.#weights = Array.from({ length: classes }, () => new ExactSum());
    this.#ones = new Float64Array(classes);
  }

  /** Adds a sample of a class: its loss, to be multiplied by its weight without rounding. */
  addLoss(label: number, loss: number, weight: number): void {
    if (weight === 1) this.#terms[label]?.add(loss);
    else this.#terms[label]?.addProduct(loss, weight);
    this.#addWeight(label, weight);
  }

  /** Adds a sample of a class whose loss is already multiplied by its weight. */
  addTerm(label: number, term: number, weight: number): void {
    this.#terms[label]?.add(term);
    this.#addWeight(label, weight);
  }

  /** Adds samples of weight 1: the loss of each, and its class. */
  addAll(labels: Int32Array, losses: Float64Array): void {
    const classes = this.#terms.length;
    if (losses.length < worthABlock * classes) {
      for (let i = 0; i < losses.length; i++) this.addTerm(labels[i] as number, losses[i] as number, 1);
      return;
    }
    const { values, ends } = groupValues(losses, labels, classes);
    for (let label = 0, start = 0; label < classes; label++) {
      const end = ends[label] as number;
      this.#terms[label]?.addPart(values, start, end);
      this.#addOnes(label, end - start);
      start = end;
    }
  }

  #addOnes(label: number, count: number): void {
    this.#ones[label] = (this.#ones[label] as number) + count;
  }

  #addWeight(label: number, weight: number): void {
    if (weight === 1) this.#addOnes(label, 1);
    else this.#weights[label]?.add(weight);
  }

  /** The weights of each class, with what was only counted. */
  #allWeights(): readonly ExactSum[] {
    for (const [label, count] of this.#ones.entries()) this.#weights[label]?.add(count);
    this.#ones.fill(0);
    return this.#weights;
  }

  /** Adds everything that another state holds; the other stays as it is. Commutative and associative. */
  merge(other: ClassLossState): void {
    if (other.#terms.length !== this.#terms.length) {
      throw new OnwardError("data", {
        expected: `a state of ${this.#terms.length} classes`,
        got: String(other.#terms.length),
      });
    }
    other.#terms.forEach((sum, k) => this.#terms[k]?.merge(sum));
    other.#allWeights().forEach((sum, k) => this.#weights[k]?.merge(sum));
  }

  /** Each class's mean loss, correctly rounded; undefined for a class without weight. */
  read(): (number | undefined)[] {
    const all = this.#allWeights();
    return this.#terms.map((terms, k) => {
      const weights = all[k];
      return weights === undefined || weights.value() === 0 ? undefined : terms.dividedBy(weights);
    });
  }

  /** The mean loss of all classes together, correctly rounded; undefined without weight. */
  mean(): number | undefined {
    const [terms, weights] = [new ExactSum(), new ExactSum()];
    for (const sum of this.#terms) terms.merge(sum);
    for (const sum of this.#allWeights()) weights.merge(sum);
    return weights.value() === 0 ? undefined : terms.dividedBy(weights);
  }

  toJSON(): { terms: ExactSumJson[]; weights: ExactSumJson[] } {
    return { terms: this.#terms.map((sum) => sum.toJSON()), weights: this.#allWeights().map((sum) => sum.toJSON()) };
  }

  /** @throws OnwardError `data` when it is not what `toJSON` wrote */
  static fromJSON(json: unknown): ClassLossState {
    const { terms, weights } = (json ?? {}) as Record<string, unknown>;
    if (!Array.isArray(terms) || !Array.isArray(weights) || terms.length !== weights.length) {
      throw new OnwardError("data", { expected: "the state of per-class losses", got: show(json) });
    }
    const state = new ClassLossState(terms.length);
    terms.forEach((sum, k) => state.#terms[k]?.merge(ExactSum.fromJSON(sum)));
    weights.forEach((sum, k) => state.#weights[k]?.merge(ExactSum.fromJSON(sum)));
    return state;
  }
}
