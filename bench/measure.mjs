// Measures one workload: every peer with every count of threads, in turn, in several rounds.
import { peers } from "./peers.mjs";
import { PeerProcess } from "./peer-process.mjs";

/**
 * @returns rows of { peer, threads, measure, round, samples, seconds, ... }, and the failures
 */
export async function measure({ folder, spec, names, threads, rounds, seconds, interpreter, say }) {
  const rows = [];
  const failures = {};
  const racers = names
    .filter((name) => peers[name].kinds?.includes(spec.model.kind) ?? true)
    .flatMap((name) =>
      (peers[name].threads === undefined ? threads : [peers[name].threads]).map((count) => ({ name, count })),
    );
  const each = async (round, work) => {
    for (const racer of racers) {
      const key = `${racer.name}, ${racer.count} threads`;
      if (failures[key] !== undefined) continue;
      try {
        await work(racer, (measure, answer) =>
          rows.push({ peer: racer.name, threads: racer.count, measure, round, ...answer }),
        );
      } catch (error) {
        failures[key] = error.message;
        say(`${key}: ${error.message}`);
        await racer.process?.end();
      }
    }
  };
  try {
    for (let round = 0; round < (spec.starts ? rounds : 1); round++) {
      await each(round, async (racer, add) => {
        await racer.process?.end();
        racer.process = new PeerProcess(peers[racer.name].command(folder, racer.count, interpreter));
        await racer.process.ask("first");
        add("first", { seconds: racer.process.age });
      });
    }
    // What is compiled late, chosen by time or grown by use has settled then.
    await each(
      0,
      async ({ name, process }) =>
        void (peers[name].measures.includes("train") && (await process.ask("train", seconds))),
    );
    const ask = async (measure) => {
      await each(0, async ({ name, process }) => void (wants(name, measure) && (await process.ask(measure))));
      for (let round = 0; round < rounds; round++) {
        await each(round, async ({ name, process }, add) => {
          if (!wants(name, measure)) return;
          add(measure, await process.ask(measure, seconds));
        });
      }
    };
    await ask("train");
    await each(0, async ({ process }, add) => add("memory", { bytes: process.peakMemory }));
    for (const measure of ["evaluate", "forward", "products"]) await ask(measure);
    await each(0, async ({ name, process }, add) => {
      if (name !== "onward") return;
      add("tally", await process.ask("tally", 1));
    });
  } finally {
    for (const { process } of racers) await process?.end();
  }
  return { rows, failures };
}

function wants(name, measure) {
  return peers[name].measures.includes(measure);
}
