import type { CheckpointOptions } from "../train/index.ts";
import type { Options, Values } from "./command.ts";
import { integerOption, numberOption, optionalOption } from "./option-values.ts";

/** When a run is kept so that it can go on. */
export const checkpointOptions = {
  "checkpoint-steps": { type: "string", valueName: "N", help: "keep a checkpoint within an epoch too, every N steps" },
  "checkpoint-minutes": {
    type: "string",
    valueName: "M",
    help: "keep a checkpoint within an epoch too, every M minutes",
  },
  "keep-last": {
    type: "string",
    default: "2",
    valueName: "N",
    help: "how many checkpoints to keep besides the best epoch's",
  },
} as const satisfies Options;

/** Reads the options. @throws OnwardError `usage` naming the option that is wrong */
export function readCheckpointOptions(values: Values<typeof checkpointOptions>): CheckpointOptions {
  return {
    everySteps: optionalOption(values["checkpoint-steps"], (text) =>
      integerOption("checkpoint-steps", text, { minimum: 1 }),
    ),
    everyMinutes: optionalOption(values["checkpoint-minutes"], (text) =>
      numberOption("checkpoint-minutes", text, { minimum: 1 / 600 }),
    ),
    keepLast: integerOption("keep-last", values["keep-last"], { minimum: 1 }),
  };
}
