import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { checkWhole } from "./whole-file.ts";

const folder = mkdtempSync(join(tmpdir(), "onward-whole-"));
const rows = Array.from({ length: 60_000 }, (_, i) => `${i % 2},${Math.sin(i)}`);

async function check(name: string, bytes: Uint8Array): Promise<unknown> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return checkWhole(path).then(
    () => "whole",
    (error: Error) => error.message,
  );
}

test("a gzip file that is cut off anywhere, or changed, is not whole", async () => {
  const bytes = gzipSync(`label,p\n${rows.slice(0, 40).join("\n")}\n`);
  expect(await check("x.csv.gz", bytes)).toBe("whole");
  expect(await check("two.csv.gz", Buffer.concat([bytes, bytes]))).toBe("whole");
  for (let length = bytes.length - 1; length > 0; length -= 13) {
    expect(await check("cut.csv.gz", bytes.subarray(0, length))).toMatch(/^Expected a whole gzip file, got one that is cut off \(.*cut\.csv\.gz\)\.$/); // prettier-ignore
  }
  const changed = Buffer.from(bytes);
  changed[bytes.length - 6] = (changed[bytes.length - 6] ?? 0) ^ 1;
  expect(await check("changed.csv.gz", changed)).toMatch(/a whole gzip file, got one that was changed/);
});

test("a Zstandard file that is cut off anywhere is not whole", async () => {
  const [text, path] = [join(folder, "y.csv"), join(folder, "y.csv.zst")];
  writeFileSync(text, `label,p\n${rows.join("\n")}\n`);
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  await connection.run(`COPY (FROM read_csv('${text}')) TO '${path}' (FORMAT csv, COMPRESSION zstd)`);
  connection.closeSync();
  instance.closeSync();
  const bytes = readFileSync(path);
  expect(await check("x.csv.zst", bytes)).toBe("whole");
  const skipped = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  expect(await check("skipped.csv.zst", Buffer.concat([skipped, bytes, bytes]))).toBe("whole");
  for (const length of [bytes.length - 1, bytes.length - 3, bytes.length - 300, bytes.length >> 1, 10, 5, 3]) {
    expect(await check("cut.csv.zst", bytes.subarray(0, length))).toMatch(
      /a whole Zstandard file, got one that is cut/,
    );
  }
  expect(await check("other.csv.zst", Buffer.from("label,p\n"))).toMatch(/a whole Zstandard file, got something else/);
});
