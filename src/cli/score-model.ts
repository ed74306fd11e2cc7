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
import { dataForms, dataOption } from "./data-option.ts";
import { choiceOption, requiredOption } from "./option-values.ts";

/** Runs a model over data, batch by batch, and scores what it predicts. */
export async function scoreModel(
  values: { readonly model: string; readonly data: string | undefined; readonly phase: string },
  options: ScoreOptions,
  more: ScoreFilesOptions,
): Promise<ScoreReport> {
  const data = dataOption(requiredOption("data", values.data, dataForms));
  const phase = choiceOption("phase", values.phase, ["train", "val"]);
  const kind = await modelKind(values.model, options.kind);
  const source = (await data.load())[phase];
  const folder = await mkdtemp(join(tmpdir(), "onward-score-"));
  try {
    const out = join(folder, "predictions.parquet");
    await predictFile(values.model, source, out, { ...more, kind });
    const names = source.classNames === undefined ? {} : { classes: source.classNames };
    return await scoreFiles([out], { ...names, ...options, ...predictionColumns, kind }, more);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
