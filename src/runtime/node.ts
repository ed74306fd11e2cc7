import { availableParallelism } from "node:os";
import { env, InferenceSession, listSupportedBackends } from "onnxruntime-node";
import { OnwardError, show } from "../core/errors.ts";
import type { Runtime, Session, SessionOptions, TensorInfo, Tensors } from "./session.ts";

/** ONNX Runtime's native build for Node. */
export const nodeRuntime: Runtime = {
  name: "onnxruntime-node",
  version: env.versions.node ?? env.versions.common,
  async open(model, options = {}) {
    // What fails is thrown; what the runtime logs besides would spoil the terminal.
    env.logLevel = "fatal";
    const provider = options.provider ?? "cpu";
    checkProvider(provider);
    const session = await attempt("to load the graph", () =>
      InferenceSession.create(model, sessionOptions(options, provider)),
    );
    return new NodeSession(session);
  },
};

function sessionOptions(options: SessionOptions, provider: string): InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    intraOpNumThreads: options.threads ?? availableParallelism(),
    interOpNumThreads: 1,
    graphOptimizationLevel: options.optimization ?? "all",
    // A plan of one block for all of a run's values costs memory, as what was taken before there was a plan stays, and saves no time.
    enableMemPattern: false,
    logSeverityLevel: 4,
  };
}

function checkProvider(provider: string): void {
  const known = listSupportedBackends().map(({ name }) => name);
  if (!known.includes(provider)) {
    throw new OnwardError("usage", { expected: `provider to be one of ${known.join(", ")}`, got: show(provider) });
  }
}

class NodeSession implements Session {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  readonly #session: InferenceSession;

  constructor(session: InferenceSession) {
    this.#session = session;
    this.inputs = session.inputMetadata.map(info);
    this.outputs = session.outputMetadata.map(info);
  }

  run(feeds: Tensors): Promise<Tensors> {
    return attempt("to run the graph", () => this.#session.run(feeds));
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}

function info(metadata: InferenceSession.ValueMetadata): TensorInfo {
  if (!metadata.isTensor) return { name: metadata.name, type: undefined, shape: undefined };
  // The binding writes an unknown dimension as an empty name or as -1.
  const shape = metadata.shape.map((dim) => (dim === "" || dim === -1 ? undefined : dim));
  return { name: metadata.name, type: metadata.type, shape };
}

async function attempt<T>(what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw new OnwardError("runtime", { expected: `ONNX Runtime ${what}`, got: `"${reason(cause)}"`, cause });
  }
}

/** The runtime's message without its own source positions. */
function reason(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message
    .replace(/\/?\S*onnxruntime\S*\.(?:cc|h):\d+ [^\n]*?\) ?/g, "")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/\.$/, "");
}
