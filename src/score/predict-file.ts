import { LIST, DOUBLE } from "@duckdb/node-api";
import { OnwardError, show, type Tensor } from "../core/index.ts";
import { type Batch, isBare, Loader, parsePreprocessing, type Preprocessing, type Source } from "../data/index.ts";
import { metadataKeys, readModelFile, writeModel } from "../graph/index.ts";
import { negativeLogLikelihood, probabilityRows, type ScoreKind } from "../metrics/index.ts";
import { loadNodeRuntime, type Session } from "../runtime/index.ts";
import { Database, sqlText } from "../tables/index.ts";
import { copyTo } from "./copy-to.ts";
import type { Watch } from "./pass.ts";

/** How to run a model over data. */
export interface PredictOptions extends Watch {
  /** What the model's scores are. */
  readonly kind: ScoreKind;
  /** Samples that are run together; 256 if absent. */
  readonly batchSize?: number;
  /** Labels are written by these names; as indices if absent. */
  readonly labelNames?: readonly string[] | undefined;
  readonly threads?: number;
  readonly provider?: string;
}

/** Does what `predictFile` says. */
export async function writePredictions(
  model: string,
  source: Source,
  out: string,
  options: PredictOptions,
): Promise<void> {
  const format = outputFormat(out);
  const read = readModelFile(model);
  const held = read.metadata.get(metadataKeys.preprocessing);
  const change = held === undefined ? undefined : changeOf(source.preprocessing, parsePreprocessing(held));
  const runtime = await loadNodeRuntime();
  const { threads, provider } = options;
  const session = await runtime.open(writeModel(read), { threads, provider });
  const database = await Database.open();
  try {
    await database.run("CREATE TABLE predictions (key BIGINT, label INTEGER, scores DOUBLE[], loss DOUBLE)", out);
    const appender = await database.appender("predictions");
    const pass = new Loader(source, { batchSize: options.batchSize ?? 256 }).open(1);
    let key = 0;
    for (let i = 0; i < pass.batches; i++) {
      options.signal?.throwIfAborted();
      const batch = await pass.read(i, 1);
      const rows = await scoreBatch(session, batch, change, model);
      const losses = lossesOf(rows, options.kind, (row) => `${source.name ?? "data"}, sample ${key + row}`);
      for (const [row, label] of rows.labels.entries()) {
        appender.appendBigInt(BigInt(key++));
        appender.appendInteger(label);
        appender.appendList([...rows.scores.subarray(row * rows.classes, (row + 1) * rows.classes)], LIST(DOUBLE));
        appender.appendDouble(losses[row] as number);
        appender.endRow();
      }
      options.onProgress?.({ label: "predicting", done: key, total: pass.samples });
    }
    appender.closeSync();
    const names = options.labelNames?.map(sqlText).join(", ");
    const named = names === undefined ? "" : `SELECT * REPLACE (([${names}])[label + 1] AS label) `;
    await copyTo(database, `${named}FROM predictions`, out, format);
  } finally {
    await database.close();
    await session.release();
  }
}

/** How a file is written, by its ending; numbers in texts have all their digits. */
function outputFormat(out: string): string {
  const text = /\.(csv|tsv|jsonl|ndjson)(\.gz)?$/i.exec(out);
  if (/\.(parquet|pq)$/i.test(out)) return "FORMAT parquet, COMPRESSION zstd";
  if (text === null) {
    throw new OnwardError("usage", {
      expected: "a file ending in .parquet, .csv, .tsv or .jsonl to write predictions to",
      got: show(out),
      advice: "the texts may end in .gz after that",
    });
  }
  const [, ending = "", packed] = text;
  const compression = `COMPRESSION ${packed === undefined ? "none" : "gzip"}`;
  if (/^(jsonl|ndjson)$/i.test(ending)) return `FORMAT json, ${compression}`;
  return `FORMAT csv, HEADER true, DELIMITER '${ending.toLowerCase() === "tsv" ? "\t" : ","}', ${compression}`;
}

interface Rows {
  readonly scores: Float64Array;
  readonly classes: number;
  readonly labels: Int32Array;
}

async function scoreBatch(
  session: Session,
  { inputs, labels }: Batch,
  change: ((values: Float32Array, dims: readonly number[]) => void) | undefined,
  model: string,
): Promise<Rows> {
  const [output] = session.outputs;
  const feeds = feedsOf(session, inputs, model);
  if (output === undefined) {
    throw new OnwardError("model", { expected: "a model with at least one output", got: "none", where: model });
  }
  if (isBare(inputs) && inputs.data instanceof Float32Array) change?.(inputs.data, inputs.dims);
  const { [output.name]: scores } = await session.run(feeds);
  const count = labels.dims[0] ?? 0;
  if (scores?.dims.length !== 2 || scores.dims[0] !== count || labels.dims.length !== 1) {
    throw new OnwardError("model", {
      expected: `scores of shape [${count}, classes] for labels of shape [${count}]`,
      got: show([...(scores?.dims ?? [])]),
      where: model,
    });
  }
  return {
    scores: Float64Array.from(scores.data as Float32Array),
    classes: scores.dims[1] ?? 0,
    labels: Int32Array.from(labels.data as unknown as ArrayLike<number | bigint>, Number),
  };
}

function lossesOf({ scores, classes, labels }: Rows, kind: ScoreKind, where: (row: number) => string): Float64Array {
  const normalisers = new Float64Array(labels.length);
  probabilityRows(scores, classes, kind, new Float64Array(scores.length), normalisers, where);
  return Float64Array.from(labels, (label, row) => {
    if (label >= 0 && label < classes) return negativeLogLikelihood(scores, row, label, classes, kind, normalisers);
    throw new OnwardError("data", { expected: `label to be in [0, ${classes})`, got: show(label), where: where(row) });
  });
}

/** What turns values of one preprocessing into those of another, in place; nothing when they are equal. */
function changeOf(
  from: Preprocessing | undefined,
  to: Preprocessing,
): ((values: Float32Array, dims: readonly number[]) => void) | undefined {
  if (from === undefined || JSON.stringify(from) === JSON.stringify(to)) return undefined;
  if (from.kind !== "standardize" || to.kind !== "standardize") {
    throw new OnwardError("data", {
      expected: `data that was read with the model's own preprocessing (kind ${to.kind})`,
      got: from.kind === to.kind ? `other settings of it` : `kind ${from.kind}`,
    });
  }
  return (values, dims) => {
    const channels = to.mean.length === 1 && from.mean.length === 1 ? 1 : (dims[1] ?? 1);
    const plane = dims.slice(channels === 1 ? 1 : 2).reduce((product, dim) => product * dim, 1);
    for (let i = 0; i < values.length; i++) {
      const at = (list: readonly number[]) => list[Math.floor(i / plane) % list.length] as number;
      const raw = ((values[i] as number) * at(from.deviation) + at(from.mean)) / from.scale;
      values[i] = (raw * to.scale - at(to.mean)) / at(to.deviation);
    }
  };
}

/** A bare tensor feeds the only input, named ones those of their names. */
function feedsOf(session: Session, inputs: Batch["inputs"], model: string): Record<string, Tensor> {
  const wanted = session.inputs.map(({ name }) => name);
  const [only] = wanted;
  if (isBare(inputs) && only !== undefined && wanted.length === 1) return { [only]: inputs };
  const named = isBare(inputs) ? {} : inputs;
  const missing = wanted.filter((name) => !Object.hasOwn(named, name));
  if (missing.length > 0) {
    throw new OnwardError("model", {
      expected: `data for the model's inputs ${wanted.join(", ")}`,
      got: isBare(inputs) ? "one input without a name" : Object.keys(inputs).join(", "),
      where: model,
    });
  }
  return Object.fromEntries(wanted.map((name) => [name, named[name] as Tensor]));
}
