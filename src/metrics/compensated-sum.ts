/**
 * A sum in about twice a float64's precision: what rounding takes from each addition is kept and added at the end. Of n numbers
 * of one sign it is off by one rounding, and by n^2 2^-106 of itself.
 *
 * Source: Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen" (1974).
 */
export class CompensatedSum {
  #sum = 0;
  #rest = 0;

  add(value: number): void {
    const sum = this.#sum + value;
    const part = sum - this.#sum;
    this.#rest += this.#sum - (sum - part) + (value - part);
    this.#sum = sum;
  }

  get value(): number {
    return this.#sum + this.#rest;
  }
}
