import { arch, availableParallelism, cpus, platform, release } from "node:os";
import { env } from "onnxruntime-common";
import { version } from "../core/index.ts";

/** The versions that a run depends on. */
export function versions(): Record<string, string> {
  return { onward: version, onnxruntime: env.versions.common, node: process.versions.node };
}

/** The machine that a run was made on: the same bits come out on the same one only. */
export function machine(): Record<string, string | number> {
  return {
    system: platform(),
    release: release(),
    architecture: arch(),
    processor: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
  };
}
