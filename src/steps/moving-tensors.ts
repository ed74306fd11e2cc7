import { freeMemory, type Tensor } from "../core/index.ts";

/**
 * Tensors by name that steps replace. What a step replaced is freed before the next one, unless somebody was given it: the runtime gives
 * out all parameters anew each time, and memory that waits for a collection of garbage is memory that a long run piles up.
 */
export class MovingTensors {
  readonly #tensors = new Map<string, Tensor>();
  /** Outputs of the runtime that nobody was given. */
  readonly #unseen = new Set<Tensor>();
  /** What the last step replaced. */
  #replaced = new Map<string, Tensor>();

  get names(): string[] {
    return [...this.#tensors.keys()];
  }

  /** A tensor, to keep as long as one likes. */
  get(name: string): Tensor | undefined {
    const tensor = this.#tensors.get(name);
    if (tensor !== undefined) this.#unseen.delete(tensor);
    return tensor;
  }

  /** All of them, to keep as long as one likes. */
  toMap(): Map<string, Tensor> {
    this.#unseen.clear();
    return new Map(this.#tensors);
  }

  /** A tensor, to feed it to the runtime or to look at it, and to forget it at once. */
  peek(name: string): Tensor | undefined {
    return this.#tensors.get(name);
  }

  /** All of them, to look at and to forget before the next step. */
  view(): ReadonlyMap<string, Tensor> {
    return this.#tensors;
  }

  /** Takes a tensor that others may have, too. */
  set(name: string, tensor: Tensor): void {
    const before = this.#tensors.get(name);
    if (before !== undefined) this.#unseen.delete(before);
    this.#tensors.set(name, tensor);
  }

  /** Frees what the last `move` replaced, which cannot be undone then: before the runtime takes memory for the next one. */
  settle(): void {
    // Only those that nobody was given are still among these.
    const forgotten = [...this.#replaced.values()].filter((tensor) => this.#unseen.delete(tensor));
    freeMemory(forgotten.map(({ data }) => data));
    this.#replaced = new Map();
  }

  /**
   * Takes what the runtime has just given out, and that nobody else has; a name that is absent keeps its tensor. Each keeps its shape,
   * whatever shape the runtime computed it in.
   */
  move(outputs: ReadonlyMap<string, Tensor>): void {
    this.settle();
    for (const [name, output] of outputs) {
      const before = this.#tensors.get(name);
      if (before === output) continue;
      const tensor = before === undefined ? output : ofShape(output, before.dims);
      if (before !== undefined) this.#replaced.set(name, before);
      this.#tensors.set(name, tensor);
      this.#unseen.add(tensor);
    }
  }

  /** Goes back to what was before the last `move`. */
  undo(): void {
    for (const [name, tensor] of this.#replaced) this.set(name, tensor);
    this.#replaced = new Map();
  }
}

function ofShape(tensor: Tensor, dims: readonly number[]): Tensor {
  return tensor.dims.join() === dims.join() ? tensor : tensor.reshape(dims);
}
