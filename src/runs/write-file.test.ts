import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { writeFile } from "./write-file.ts";

const folder = mkdtempSync(join(tmpdir(), "onward-write-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("replaces a file and leaves nothing else behind", async () => {
  const path = join(folder, "file");
  await writeFile(path, "first");
  await writeFile(path, Uint8Array.of(0, 255));
  expect([...readFileSync(path)]).toEqual([0, 255]);
  expect(readdirSync(folder)).toEqual(["file"]);
});

test("of many at once, one wins whole", async () => {
  const path = join(folder, "raced");
  const contents = Array.from({ length: 8 }, (_, i) => String(i).repeat(100_000));
  await Promise.all(contents.map((content) => writeFile(path, content)));
  expect(contents).toContain(readFileSync(path, "utf8"));
  rmSync(path);
});

test("says what cannot be written, and leaves nothing behind", async () => {
  await expect(writeFile(join(folder, "absent", "file"), "x")).rejects.toThrow(/^Expected to write a file, got ENOENT/);
  mkdirSync(join(folder, "taken"));
  await expect(writeFile(join(folder, "taken"), "x")).rejects.toThrow(/^Expected to write a file, got E/);
  expect(readdirSync(folder).sort()).toEqual(["file", "taken"]);
});
