export { CheckpointFolder, type Checkpoint, type CheckpointContent } from "./checkpoint-folder.ts";
export { readRun, type Run } from "./read-run.ts";
export { RunFolder } from "./run-folder.ts";
export { runFiles, type ReportRecord, type RunOutcome, type RunRecord } from "./run-record.ts";
export { readSafetensors, writeSafetensors } from "./safetensors.ts";
export { EventFile, type EventFileOptions } from "./tensorboard/event-file.ts";
export { reportScalars, type Scalar } from "./tensorboard/report-scalars.ts";
export { writeFile } from "./write-file.ts";
