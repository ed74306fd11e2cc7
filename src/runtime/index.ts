import type { Runtime } from "./session.ts";

export { type Runtime, type Session, type SessionOptions, type TensorInfo, type Tensors } from "./session.ts";

/** ONNX Runtime for Node; loaded when first asked for, so that a browser's bundle does not meet it. */
export async function loadNodeRuntime(): Promise<Runtime> {
  return (await import("./node.ts")).nodeRuntime;
}
