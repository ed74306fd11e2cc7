import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { folder, write } from "./files.ts";

// Threads need JavaScript, so the built package runs, in a process of its own.
const built = new URL("../../dist/score/index.js", import.meta.url).href;
const scores = { label: "label", scores: "s", kind: "logits", ignoreLabel: "-100" };
const paths: string[] = [];

/**
 * The reports of the same files, as JSON, by different threads and limits.
 *
 * @param before - code that runs first
 */
function reports(options: object, ways: readonly object[], before = ""): string[] {
  const script = `
    ${before}
    const { scoreFiles } = await import(${JSON.stringify(built)});
    const [paths, options, ways] = JSON.parse(process.argv[1]);
    const reports = [];
    for (const way of ways) reports.push(JSON.stringify(await scoreFiles(paths, options, way)));
    console.log(JSON.stringify(reports));`;
  const given = JSON.stringify([paths, options, ways]);
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", script, given], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    maxBuffer: 2 ** 26,
    encoding: "utf8",
    stdio: "pipe",
  });
  return JSON.parse(output) as string[];
}

beforeAll(async () => {
  const dir = folder();
  let seed = 7;
  const random = () => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) / 2 ** 32;
  // Several blocks of rows in one file, and few rows in others; scores of one digit tie everywhere.
  for (const [i, rows] of [70_000, 5, 3000].entries()) {
    const column = (of: () => number) => Array.from({ length: rows }, of);
    const score = (digits: number) => () => Number((8 * random() - 4).toFixed(digits));
    paths.push(
      await write(join(dir, `${i}.parquet`), {
        label: column(() => (random() < 0.1 ? -100 : Math.floor(3 * random()))),
        weight: column(() => random()),
        s0: column(score(1)),
        s1: column(score(1)),
        s2: column(score(1)),
        s3: column(score(17)),
      }),
    );
  }
}, 60_000);

test("any number of threads gives the same bits", () => {
  const [one, ...others] = reports(scores, [{ threads: 1 }, { threads: 2 }, { threads: 3 }, { threads: 4 }, {}]);
  expect(JSON.parse(one ?? "")).toMatchObject({ samples: 73_005 });
  expect(JSON.parse(one ?? "")).toHaveProperty("metrics.rocAuc.weightedOvo");
  for (const other of others) expect(other).toBe(one);
});

test("with weights, too", () => {
  const [one, ...others] = reports({ ...scores, weight: "weight" }, [{ threads: 1 }, { threads: 2 }, { threads: 3 }]);
  for (const other of others) expect(other).toBe(one);
});

test("and so does ranking in several passes, when not all scores may be held at once", () => {
  const ways = [1, 3].flatMap((threads) => [10, 30_000, 50_000].map((held) => ({ threads, held })));
  const [whole, ...parted] = reports(scores, [{ threads: 1 }, ...ways]);
  for (const other of parted) expect(other).toBe(whole);
});

test("an impossible row is named, whichever thread finds it", () => {
  expect(() => reports({ ...scores, kind: "probabilities" }, [{ threads: 2 }])).toThrow(
    /0\.parquet, column s\d, row \d+/,
  );
});

test("one thread scores the same where the memory that threads share cannot be had", () => {
  // What V8 does where the process may not have so many addresses.
  const none = `
    globalThis.asked = 0;
    WebAssembly.Memory = class {
      constructor() {
        globalThis.asked++;
        throw new RangeError("WebAssembly.Memory(): could not allocate memory");
      }
    };
    import threads from "node:worker_threads";
    import { syncBuiltinESMExports } from "node:module";
    threads.Worker = class {
      constructor() {
        throw new Error("a thread began");
      }
    };
    syncBuiltinESMExports();
    process.on("exit", () => {
      if (globalThis.asked === 0) throw new Error("no memory was asked for");
    });`;
  expect(reports(scores, [{ threads: 3 }], none)).toEqual(reports(scores, [{ threads: 3 }]));
});
