// Holds the loss of 1e7 rows of wild sizes to rational arithmetic: node bench/exact-loss.mjs [ROWS]
// The witness adds BigInt mantissas by exponent, reads the rows by itself, and shares no code with what it checks. The loss
// has to be the correctly rounded quotient, with the same bits for the file whole and in parts, and with one thread.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { scoreFiles } from "../dist/score/index.js";

const rows = Number(process.argv[2] ?? 1e7);
const folder = mkdtempSync(join(tmpdir(), "onward-exact-loss-"));
const instance = await DuckDBInstance.create(":memory:", { threads: "2", memory_limit: "1GB", temp_directory: folder });
const connection = await instance.connect();

// A row is a hash of its number: mantissas of 53 bits, losses of both signs from 2^-900 to 2^900, weights from 2^-60 to 2^60.
const unit = (salt) => `((hash(i * 8 + ${salt}) >> 11)::DOUBLE / 9007199254740992)`;
const relation = `SELECT
  (CASE WHEN ${unit(1)} < 0.5 THEN -1 ELSE 1 END) * (1 + ${unit(2)}) * pow(2.0, floor(${unit(3)} * 1800 - 900)) AS loss,
  (1 + ${unit(4)}) * pow(2.0, floor(${unit(5)} * 120 - 60)) AS weight
  FROM range(${rows}) r(i)`;
const whole = join(folder, "whole.parquet");
await connection.run(`COPY (${relation}) TO '${whole}' (FORMAT parquet)`);
const cuts = [0, Math.floor(rows / 3), Math.floor(rows / 3) + 1, rows];
const parts = [];
for (const [i, from] of cuts.slice(0, -1).entries()) {
  parts.push(join(folder, `part${i}.parquet`));
  const rowsOf = `SELECT * FROM read_parquet('${whole}') LIMIT ${cuts[i + 1] - from} OFFSET ${from}`;
  await connection.run(`COPY (${rowsOf}) TO '${parts[i]}' (FORMAT parquet)`);
}

/** Sums of products and of weights, as integers by binary exponent. */
const sums = { terms: new Map(), weights: new Map() };
const words = new DataView(new ArrayBuffer(8));
const partsOf = (value) => {
  words.setFloat64(0, value);
  const bits = words.getBigUint64(0);
  const field = Number((bits >> 52n) & 0x7ffn);
  const mantissa = (bits & 0xfffffffffffffn) | (field === 0 ? 0n : 1n << 52n);
  return [bits >> 63n === 1n ? -mantissa : mantissa, Math.max(field, 1) - 1075];
};
const put = (map, mantissa, exponent) => map.set(exponent, (map.get(exponent) ?? 0n) + mantissa);
const started = performance.now();
const result = await connection.stream(`SELECT loss, weight FROM read_parquet('${whole}')`);
for (;;) {
  const chunk = await result.fetchChunk();
  if (chunk === null || chunk.rowCount === 0) break;
  const [losses, weights] = [chunk.getColumnVector(0), chunk.getColumnVector(1)];
  for (let row = 0; row < chunk.rowCount; row++) {
    const [m, e] = partsOf(losses.getItem(row));
    const [w, f] = partsOf(weights.getItem(row));
    put(sums.terms, m * w, e + f);
    put(sums.weights, w, f);
  }
}
const collect = (map, low) =>
  [...map].reduce((sum, [exponent, mantissa]) => sum + (mantissa << BigInt(exponent - low)), 0n);
const low = Math.min(...sums.terms.keys(), ...sums.weights.keys());
const [top, bottom] = [collect(sums.terms, low), collect(sums.weights, low)];
const witnessSeconds = (performance.now() - started) / 1000;

/** a / b to the nearest float64, for a quotient in the normal range. */
function rounded(a, b) {
  const negative = a < 0n !== b < 0n;
  const [n, d] = [a < 0n ? -a : a, b < 0n ? -b : b];
  let exponent = n.toString(2).length - d.toString(2).length - 53;
  const scaled = (e) => (e >= 0 ? [n, d << BigInt(e)] : [n << BigInt(-e), d]);
  if (scaled(exponent)[0] / scaled(exponent)[1] >= 1n << 53n) exponent++;
  const [x, y] = scaled(exponent);
  const rest = 2n * (x % y);
  const digits = x / y + (rest > y || (rest === y && (x / y) % 2n === 1n) ? 1n : 0n);
  return (negative ? -1 : 1) * Number(digits) * 2 ** exponent;
}
const expected = rounded(top, bottom);

const options = { loss: "loss", weight: "weight" };
const runs = {};
for (const [name, files, more] of [
  ["whole", [whole], {}],
  ["one thread", [whole], { threads: 1 }],
  ["parts in reverse", [...parts].reverse(), {}],
]) {
  const begun = performance.now();
  const { loss, lossStandardError } = await scoreFiles(files, options, more);
  runs[name] = { loss, lossStandardError, seconds: (performance.now() - begun) / 1000 };
}
const right = Object.values(runs).every(({ loss }) => Object.is(loss, expected));
connection.closeSync();
instance.closeSync();
rmSync(folder, { recursive: true, force: true });
const report = {
  date: new Date().toISOString(),
  machine: `${cpus()[0]?.model}, ${cpus().length} threads, Node ${process.version}`,
  rows,
  expected,
  right,
  witnessSeconds,
  runs,
};
if (rows >= 1e7)
  writeFileSync(new URL("results/exact-loss.json", import.meta.url), `${JSON.stringify(report, undefined, 2)}\n`);
console.log(report);
if (!right) process.exitCode = 1;
