import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeFolder } from "./make-folder.ts";

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "onward-folder-"));
});
afterAll(() => rmSync(root, { recursive: true }));

test("makes what is missing above, and takes what is there", async () => {
  const path = join(root, "a", "b", "c");
  await makeFolder(path);
  await makeFolder(path);
  expect(existsSync(path)).toBe(true);
});

test("fails below a file", async () => {
  writeFileSync(join(root, "file"), "");
  await expect(makeFolder(join(root, "file", "below"))).rejects.toThrow("ENOTDIR");
});

test.runIf(process.platform === "linux")("ends where a folder refuses children", async () => {
  await expect(makeFolder("/proc/onward/run")).rejects.toThrow("ENOENT");
});
