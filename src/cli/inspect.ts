import { basename } from "node:path";
import { stringify } from "../core/index.ts";
import { readModelFile } from "../graph/index.ts";
import { loadNodeRuntime } from "../runtime/index.ts";
import { inspectModel } from "../steps/index.ts";
import { defineCommand } from "./command.ts";
import { inspectionText } from "./inspection-text.ts";

/** `onward inspect`: says what a model is, what training would change in it, and what stands in the way. */
export const inspect = defineCommand({
  name: "inspect",
  summary: "Say what a model is, and what training would change in it",
  usage: "onward inspect FILE.onnx [--json]",
  options: {
    json: { type: "boolean", help: "one JSON object on standard output" },
  },
  positionals: { valueName: "FILE.onnx", minimum: 1, maximum: 1 },
  async run({ json }, [file = ""], { stdout }) {
    const inspection = await inspectModel(readModelFile(file), await loadNodeRuntime());
    stdout.write(json ? `${stringify({ file, ...inspection })}\n` : inspectionText(basename(file), inspection));
  },
});
