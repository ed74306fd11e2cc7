import type { Command } from "./command.ts";

/** Every command by name, loaded when it is wanted. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  train: async () => (await import("./train.ts")).train,
  inspect: async () => (await import("./inspect.ts")).inspect,
  score: async () => (await import("./score.ts")).score,
  predict: async () => (await import("./predict.ts")).predict,
  merge: async () => (await import("./merge.ts")).merge,
  runs: async () => (await import("./runs.ts")).runs,
};
