export { readRun, type Run } from "./read-run.ts";
export { RunFolder } from "./run-folder.ts";
export { runFiles, type ReportRecord, type RunOutcome, type RunRecord } from "./run-record.ts";
export { writeFile } from "./write-file.ts";
