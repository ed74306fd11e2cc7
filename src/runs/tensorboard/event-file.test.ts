import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { crc32c } from "./crc32c.ts";
import { EventFile } from "./event-file.ts";
import { reportScalars } from "./report-scalars.ts";

const root = mkdtempSync(join(tmpdir(), "onward-events-"));
afterAll(() => rmSync(root, { recursive: true }));

/** The fields of a protobuf message by number: varints and fixed numbers as bytes or bigint, the rest as bytes. */
function fields(message: Buffer): Map<number, Buffer | bigint> {
  const found = new Map<number, Buffer | bigint>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const take = (length: number) => message.subarray(at, (at += length));
  while (at < message.length) {
    const key = Number(varint());
    const value = { 0: varint, 1: () => take(8), 2: () => take(Number(varint())), 5: () => take(4) }[key & 7];
    found.set(key >> 3, value!());
  }
  return found;
}

/** The records of an event file, each with both of its checksums checked; the bytes left over at the end are counted. */
function decode(path: string) {
  const bytes = readFileSync(path);
  const masked = (part: Buffer) => {
    const crc = BigInt(crc32c(part));
    return Number((((crc >> 15n) | (crc << 17n)) + 0xa282ead8n) & 0xffffffffn);
  };
  const events = [];
  let at = 0;
  while (at + 12 <= bytes.length) {
    const length = Number(bytes.readBigUInt64LE(at));
    expect(bytes.readUInt32LE(at + 8)).toBe(masked(bytes.subarray(at, at + 8)));
    if (at + 16 + length > bytes.length) break;
    const message = bytes.subarray(at + 12, at + 12 + length);
    expect(bytes.readUInt32LE(at + 12 + length)).toBe(masked(message));
    at += 16 + length;
    const event = fields(message);
    const summary = event.get(5) as Buffer | undefined;
    const value = summary && fields(fields(summary).get(1) as Buffer);
    const log = event.get(7) as Buffer | undefined;
    events.push({
      time: (event.get(1) as Buffer).readDoubleLE(),
      step: Number(event.get(2) ?? 0n),
      ...(event.has(3) && { version: String(event.get(3)) }),
      ...(value && { tag: String(value.get(1)), value: (value.get(2) as Buffer).readFloatLE() }),
      ...(log && { status: Number(fields(log).get(1)) }),
    });
  }
  return { events, left: bytes.length - at };
}

test("crc32c of RFC 3720's examples", () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
  expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
});

describe("an event file", () => {
  test("holds a version and then what was added, as float32, NaN too", async () => {
    const file = await EventFile.create(join(root, "deep", "run"), { wallTime: 1_700_000_000.5 });
    expect(basename(file.path)).toMatch(/^events\.out\.tfevents\.1700000000\.[A-Za-z0-9_-]+\.\d+\.0$/);
    file.add("train/loss", 0, 0.1, 5);
    file.add("Genauigkeit/Prüfung", 2 ** 40, NaN, 6.25);
    await file.flush();
    file.add("a", 1, -Infinity, 7);
    file.add("b", 127, 1e300, 8);
    file.add("c", 128, 0, 9);
    await file.close();
    expect(decode(file.path)).toEqual({
      events: [
        { time: 1_700_000_000.5, step: 0, version: "brain.Event:2" },
        { time: 5, step: 0, tag: "train/loss", value: Math.fround(0.1) },
        { time: 6.25, step: 2 ** 40, tag: "Genauigkeit/Prüfung", value: NaN },
        { time: 7, step: 1, tag: "a", value: -Infinity },
        { time: 8, step: 127, tag: "b", value: Infinity },
        { time: 9, step: 128, tag: "c", value: 0 },
      ],
      left: 0,
    });
  });

  test("of a run that goes on comes after the earlier ones, and says from which step on", async () => {
    const folder = join(root, "resumed");
    const first = await EventFile.create(folder, { wallTime: 1_700_000_000 });
    first.add("loss", 1, 1, 1);
    await first.close();
    appendFileSync(first.path, Buffer.from([3, 0, 0, 0]));
    const before = readFileSync(first.path);
    // Within the same second, and with a clock that was set back.
    const second = await EventFile.create(folder, { wallTime: 1_700_000_000, from: 7 });
    const third = await EventFile.create(folder, { wallTime: 1_600_000_000, from: 9 });
    await Promise.all([second.close(), third.close()]);
    expect(readdirSync(folder).sort()).toEqual([first, second, third].map(({ path }) => basename(path)));
    expect(readFileSync(first.path)).toEqual(before);
    expect(decode(first.path).left).toBe(4);
    expect(decode(third.path).events[1]).toEqual({ time: 1_600_000_000, step: 9, status: 1 });
  });

  test("writes in order, whoever waits", async () => {
    const file = await EventFile.create(join(root, "order"));
    for (let i = 0; i < 50; i++) {
      file.add("x", i, i);
      void file.flush();
    }
    await file.close();
    expect(
      decode(file.path)
        .events.slice(1)
        .map(({ step }) => step),
    ).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  test("says in one sentence what is wrong", async () => {
    const file = await EventFile.create(join(root, "wrong"));
    for (const step of [-1, 0.5, NaN])
      expect(() => file.add("x", step, 1)).toThrow(
        `Expected step to be an integer of at least 0, got ${step} (EventFile).`,
      );
    await file.close();
    writeFileSync(join(root, "file"), "");
    await expect(EventFile.create(join(root, "file"))).rejects.toThrow(/^Expected to make an event file, got ENOTDIR/);
  });
});

test("a report's numbers are points at its epoch, those under metrics too", () => {
  const report = {
    phase: "val",
    mode: "eval",
    epoch: 3,
    loss: NaN,
    accuracy: 0.5,
    samples: 7,
    seconds: 2,
    waitSeconds: 0,
    nonFinite: 1,
  };
  expect(reportScalars({ ...report, metrics: { f1: 0.25, perClass: [1] } })).toEqual([
    { tag: "val/loss", step: 3, value: NaN },
    { tag: "val/accuracy", step: 3, value: 0.5 },
    { tag: "val/f1", step: 3, value: 0.25 },
  ]);
  expect(reportScalars({ phase: "val", loss: 1 })).toEqual([]);
});
