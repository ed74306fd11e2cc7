import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  modelKind,
  predictFile,
  predictionColumns,
  scoreFiles,
  type ScoreFilesOptions,
  type ScoreOptions,
  type ScoreReport,
} from "../score/index.ts";
import { readModelFile } from "../graph/index.ts";
import type { Values } from "./command.ts";
import { dataForms } from "./data-forms.ts";
import { dataOption, heldByModel, phaseOf } from "./data-option.ts";
import { dataPartOptions } from "./data-options.ts";
import { choiceOption, requiredOption } from "./option-values.ts";

/** Runs a model over data, batch by batch, and scores what it predicts. */
export async function scoreModel(
  values: { readonly model: string; readonly data: string | undefined; readonly phase: string } & Values<
    typeof dataPartOptions
  >,
  options: ScoreOptions,
  more: ScoreFilesOptions,
): Promise<ScoreReport> {
  // Not all values: --label and others mean columns of predictions here.
  const parts = Object.fromEntries(
    (Object.keys(dataPartOptions) as (keyof typeof dataPartOptions)[]).map((name) => [name, values[name]]),
  );
  const data = dataOption(requiredOption("data", values.data, dataForms), parts);
  const phase = choiceOption("phase", values.phase, ["train", "val", "test"]);
  const kind = await modelKind(values.model, options.kind);
  const source = phaseOf(await data.load(heldByModel(readModelFile(values.model))), phase);
  const folder = await mkdtemp(join(tmpdir(), "onward-score-"));
  try {
    const out = join(folder, "predictions.parquet");
    const classes = options.classes ?? source.classNames;
    // By name: of classes that are called 1 to 5, an index would be taken for the name of another.
    await predictFile(values.model, source, out, { ...more, kind, labelNames: classes });
    return await scoreFiles([out], { ...options, ...(classes && { classes }), ...predictionColumns, kind }, more);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
