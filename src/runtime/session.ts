import type { Tensor } from "../core/tensor.ts";

/** Where and how a session computes. */
export interface SessionOptions {
  /** Threads within an operation; all of the machine's by default. */
  readonly threads?: number | undefined;
  /** The execution provider: "cpu" by default; "webgpu", "cuda", "coreml", "dml" where the runtime was built with it. */
  readonly provider?: string | undefined;
  /** How far the runtime may rewrite the graph: "all" by default. */
  readonly optimization?: "disabled" | "basic" | "all" | undefined;
}

/** An input or output of a session, as the runtime describes it. */
export interface TensorInfo {
  readonly name: string;
  /** The runtime's name of the element type; undefined where the value is no tensor. */
  readonly type: string | undefined;
  /** Numbers, symbolic names, or undefined where nothing is known; undefined as a whole where the rank is unknown. */
  readonly shape: readonly (number | string | undefined)[] | undefined;
}

/** Named tensors. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** A compiled graph, ready to run. */
export interface Session {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /**
   * Computes all outputs, each in memory of its own.
   *
   * @throws OnwardError `runtime` when the runtime fails
   */
  run(feeds: Tensors): Promise<Tensors>;
  /** Frees what the session holds. Nothing can be run afterwards. */
  release(): Promise<void>;
}

/** An engine that runs ONNX graphs. */
export interface Runtime {
  readonly name: string;
  readonly version: string;
  /**
   * Compiles a model.
   *
   * @throws OnwardError `runtime` when the runtime refuses the model, `usage` when it lacks the provider
   */
  open(model: Uint8Array, options?: SessionOptions): Promise<Session>;
}
