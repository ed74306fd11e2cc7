import type { RankCounter } from "../metrics/index.ts";
import type { OpenFiles } from "./open-files.ts";
import { RankBuffer } from "./rank-buffer.ts";
import { collect } from "./rank-passes.ts";
import { rankRows } from "./rank-rows.ts";

/**
 * Counts the ranks of classes over all rows, for what is read from a counter itself rather than from its summary: curves,
 * and thresholds. As many classes at a time as may be held.
 */
export async function* classCounters(
  { pass, classes }: Pick<OpenFiles, "pass" | "classes">,
  options: OpenFiles["options"],
  wanted: readonly number[],
): AsyncGenerator<RankCounter> {
  const first = (await collect(pass, classes, options, { wanted })).of(undefined);
  const rounds = first.full ? first.rounds() : [wanted];
  for (const round of rounds) {
    const again = round.filter((k) => wanted.includes(k));
    if (again.length === 0) continue;
    const collector = first.full ? (await collect(pass, classes, options, { wanted: again })).of(undefined) : first;
    const counters = collector.counters();
    const buffer = new RankBuffer(counters, classes.count);
    for await (const chunk of pass.rows("ranks", "ranking")) {
      if (chunk !== "end of file") buffer.add(rankRows(chunk, classes, options));
    }
    buffer.flush();
    for (const counter of counters) {
      counter.finish();
      yield counter;
    }
  }
}
