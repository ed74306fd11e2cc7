/** Why a case is not counted as run. */
export class LeftOut extends Error {
  readonly reason: string;
  readonly detail: string;

  constructor(reason: string, detail = "") {
    super(reason);
    this.reason = reason;
    this.detail = detail;
  }
}

/** What became of a case. */
export interface Outcome {
  readonly name: string;
  readonly op: string;
  /** What the registry says of the op. */
  readonly status: string;
  readonly result: "passed" | "failed" | "left out";
  /** Why it was left out, or what failed. */
  readonly reason?: string;
  readonly detail?: string;
  /** The element type that it ran in. */
  readonly type?: string;
  /** The largest difference, relative to the largest gradient. */
  readonly error?: number;
  /** Notes on how it passed: where the inputs were moved to, and which inputs had to be constants. */
  readonly notes?: readonly string[];
}
