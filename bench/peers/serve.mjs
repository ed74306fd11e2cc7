// Answers the questions of `bench/run.mjs`: a JSON line in for each, a JSON line out.
import { createInterface } from "node:readline";

/**
 * Each measure does a piece of work and gives how many samples it took, or { samples, ...further figures }.
 * A question is {"measure": name, "seconds": s}: the work is repeated until that long has passed, and done once at least.
 */
export async function serve(measures) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { measure, seconds: enough = 0 } = JSON.parse(line);
    const work = measures[measure];
    if (work === undefined) {
      console.log(JSON.stringify({ error: `no measure ${measure}` }));
      continue;
    }
    const start = performance.now();
    const answer = { samples: 0, seconds: 0 };
    do {
      const result = await work();
      const { samples, ...figures } = typeof result === "number" ? { samples: result } : result;
      const seconds = (performance.now() - start) / 1000;
      Object.assign(answer, { samples: answer.samples + samples, seconds, ...figures });
    } while (answer.seconds < enough);
    console.log(JSON.stringify(answer));
  }
}
