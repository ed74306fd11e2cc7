import type { RankCounter, RankedSummary } from "../metrics/index.ts";
import type { ClassSet } from "./class-set.ts";
import type { Crew } from "./crew.ts";
import { Groups } from "./groups.ts";
import type { Pass } from "./pass.ts";
import { RankBuffer } from "./rank-buffer.ts";
import { RankCollector, summaryOf } from "./rank-collector.ts";
import { rankRows } from "./rank-rows.ts";
import { gather, type RowChunk } from "./row-chunk.ts";
import { present } from "./score-metrics.ts";
import type { ScoreOptions } from "./score-options.ts";

/** Gathers in a pass of its own, for rows that were not scored before. */
export async function collect(
  pass: Pass,
  classes: ClassSet,
  options: ScoreOptions,
  { wanted, held, crew }: { readonly wanted?: readonly number[]; readonly held?: number; readonly crew?: Crew } = {},
): Promise<Groups<RankCollector>> {
  const collectors = new Groups(() => new RankCollector(classes.count, wanted, held));
  await crew?.gatherFor(wanted ?? Array.from({ length: classes.count }, (_, k) => k));
  for await (const chunk of pass.rows("ranks", "gathering scores")) {
    if (crew !== undefined) await (chunk === "end of file" ? crew.endFile() : crew.give("gather", chunk));
    else if (chunk !== "end of file") {
      for (const [name, part] of parts(chunk, classes)) collectors.of(name).add(rankRows(part, classes, options));
    }
  }
  if (crew !== undefined) collectors.set(undefined, await crew.gathered(wanted));
  return collectors;
}

/** Ranks in further passes: one, if the first pass could hold the scores of all positives; else two for each round. */
export async function rank(
  pass: Pass,
  classes: ClassSet,
  options: ScoreOptions,
  first: Groups<RankCollector>,
  { held, crew }: { readonly held?: number | undefined; readonly crew?: Crew | undefined } = {},
): Promise<Map<string | undefined, RankedSummary[]>> {
  const result = new Map<string | undefined, RankedSummary[]>();
  const put = (name: string | undefined, k: number, summary: RankedSummary) => {
    const done = result.get(name) ?? [];
    done[k] = summary;
    result.set(name, done);
  };
  const finish = async (collectors: Groups<RankCollector>) => {
    if (crew?.canRank(collectors.of(undefined)) === true) {
      await crew.rankAgainst(collectors.of(undefined));
      for await (const chunk of pass.rows("ranks", "ranking")) {
        await (chunk === "end of file" ? crew.endFile() : crew.give("rank", chunk));
      }
      for (const [k, summary] of await crew.ranked()) put(undefined, k, summary);
      return;
    }
    const counters = new Map([...collectors.all()].map(([name, collector]) => [name, collector.counters()]));
    await countRanks(pass, classes, options, counters);
    for (const [name, list] of counters) for (const counter of list) put(name, counter.positive, summaryOf(counter));
  };
  const all = first.of(undefined);
  if (!all.full) {
    await finish(first);
    return result;
  }
  for (const wanted of all.rounds()) {
    await finish(await collect(pass, classes, options, present({ wanted, held, crew })));
  }
  return result;
}

async function countRanks(
  pass: Pass,
  classes: ClassSet,
  options: ScoreOptions,
  counters: ReadonlyMap<string | undefined, readonly RankCounter[]>,
): Promise<void> {
  const buffers = new Map([...counters].map(([name, list]) => [name, new RankBuffer(list, classes.count)]));
  for await (const chunk of pass.rows("ranks", "ranking")) {
    if (chunk === "end of file") continue;
    for (const [name, part] of parts(chunk, classes)) buffers.get(name)?.add(rankRows(part, classes, options));
  }
  for (const buffer of buffers.values()) buffer.flush();
}

/** A chunk whole, and its rows by group. */
export function* parts(chunk: RowChunk, classes: ClassSet): Generator<[name: string | undefined, part: RowChunk]> {
  yield [undefined, chunk];
  if (chunk.groups === undefined) return;
  const rows = new Map<string, number[]>();
  for (const [row, name = ""] of chunk.groups.entries()) {
    const list = rows.get(name);
    if (list === undefined) rows.set(name, [row]);
    else list.push(row);
  }
  for (const [name, list] of rows) yield [name, gather(chunk, Int32Array.from(list), classes.count)];
}
