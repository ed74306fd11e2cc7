import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readNpy } from "./npy-file.ts";
import { npyFolder } from "./npy-folder.ts";

interface Fixture {
  rows: { dtype: string; dims: number[]; values: number[]; file: string }[];
  fortran: string;
  complex: string;
  text: string;
}

const fixture = JSON.parse(readFileSync(new URL("../../tests/fixtures/npy.json", import.meta.url), "utf8")) as Fixture;
const folder = mkdtempSync(join(tmpdir(), "onward-npy-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(bytes: Uint8Array | string, name = "a.npy"): string {
  const path = join(folder, name);
  writeFileSync(path, typeof bytes === "string" ? Buffer.from(bytes, "base64") : bytes);
  return path;
}

const array = (dtype: string) => Buffer.from(fixture.rows.find((row) => row.dtype === dtype)!.file, "base64");

/** An NPY file of one axis, made by hand. */
function npy(values: Uint8Array, descr: string, shape: string): Buffer {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }\n`;
  const start = Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, header.length, 0]);
  return Buffer.concat([start, Buffer.from(header), values]);
}

test.each(fixture.rows)("reads what NumPy wrote as $dtype", async ({ dims, values, file: bytes }) => {
  const read = await readNpy(file(bytes));
  expect([read.dims, Array.from(read.values, Number)]).toEqual([dims, values]);
});

test.each<[string, Uint8Array | string, string]>([
  [
    "Fortran order",
    fixture.fortran,
    "Expected rows one after another, got Fortran order (PATH). Save numpy.ascontiguousarray of it.",
  ],
  ["complex numbers", fixture.complex, 'Expected elements that are plain numbers, got "<c16"'],
  ["texts", fixture.text, 'Expected elements that are plain numbers, got "<U1"'],
  [
    "a truncated file",
    array("<f4").subarray(0, -1),
    "Expected 24 bytes of elements, as its header says (shape [2, 3]), got 23 (PATH).",
  ],
  [
    "a longer file",
    Buffer.concat([array("<f4"), Buffer.of(0)]),
    "Expected 24 bytes of elements, as its header says (shape [2, 3]), got 25",
  ],
  ["a false claim", npy(new Uint8Array(4), "|u1", "(99999999999, 9)"), "Expected 899999999991 bytes of elements"],
  ["a cut header", array("<f4").subarray(0, 40), "Expected a whole header, got a claim of"],
  [
    "another format",
    Buffer.from("PK and so on, for long enough"),
    "Expected an NPY file of version 1 to 3, got bytes 504b",
  ],
  ["an empty file", Buffer.of(), "Expected an NPY file of version 1 to 3"],
  ["a strange header", npy(new Uint8Array(1), "|u1", "1"), "Expected a header with descr, fortran_order and shape"],
])("refuses %s", async (_, bytes, message) => {
  const path = file(bytes);
  const error: Error = await readNpy(path).then(
    () => new Error("nothing was wrong"),
    (caught: Error) => caught,
  );
  expect(error.message.replace(path, "PATH")).toContain(message);
});

test("a folder gives train and val, split by seed or as its files are", async () => {
  const path = join(folder, "split");
  mkdirSync(path);
  const count = 20;
  writeFileSync(
    join(path, "inputs.npy"),
    npy(
      Uint8Array.from({ length: count }, (_, i) => i),
      "|u1",
      "(20, 1)",
    ),
  );
  writeFileSync(
    join(path, "labels.npy"),
    npy(
      Uint8Array.from({ length: count }, (_, i) => i % 2),
      "|u1",
      "(20,)",
    ),
  );
  const { train, val } = await npyFolder(path);
  expect([train.size, val.size, train.classNames, train.sampleShape]).toEqual([16, 4, ["0", "1"], [1]]);
  const { inputs, labels } = await val.read(Uint32Array.of(0, 1, 2, 3));
  const seen = [...((inputs as { data: unknown }).data as Uint8Array)];
  expect([...(labels.data as BigInt64Array)].map(Number)).toEqual(seen.map((value) => value % 2));
  for (const part of ["train", "val"]) {
    writeFileSync(join(path, `${part}-inputs.npy`), array("<f8"));
    writeFileSync(join(path, `${part}-labels.npy`), npy(Uint8Array.of(1, 0), "|u1", "(2,)"));
  }
  const own = await npyFolder(path);
  expect([own.train.size, own.val.size]).toEqual([2, 2]);
  expect(((await own.val.read(Uint32Array.of(0))).inputs as { type: string }).type).toBe("float32");
  expect(own.test).toBeUndefined();
  writeFileSync(join(path, "test-inputs.npy"), array("<f8"));
  writeFileSync(join(path, "test-labels.npy"), npy(Uint8Array.of(0, 0), "|u1", "(2,)"));
  expect(Array.from((await npyFolder(path)).test?.labels ?? [])).toEqual([0, 0]);
  writeFileSync(join(path, "val-labels.npy"), array("<f4"));
  await expect(npyFolder(path)).rejects.toThrow("Expected a list of integer labels, got Float32Array of shape [2, 3]");
  await expect(npyFolder(join(folder, "absent"))).rejects.toThrow("Expected an NPY file to read, got no such file");
});
