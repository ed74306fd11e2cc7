import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { crc32c } from "./crc32c.ts";

/** What an event says. */
export type EventContent =
  | { readonly kind: "version" } // the first of a file
  | { readonly kind: "start" } // what earlier files hold of this step and later ones is void
  | { readonly kind: "scalar"; readonly tag: string; readonly value: number };

/**
 * Writes an event as a record of a TensorBoard event file.
 *
 * The message is tensorflow.Event: 1 wall_time, 2 step, 3 file_version, 5 summary, 7 session_log; of the summary 1 value, with
 * 1 tag and 2 simple_value, a float32. The record is a TFRecord: length (uint64), its CRC, the message, its CRC, little-endian.
 */
export function eventRecord(content: EventContent, step: number, wallTime: number): Uint8Array {
  const event = new BinaryWriter().tag(1, WireType.Bit64).double(wallTime);
  if (step !== 0) event.tag(2, WireType.Varint).int64(step);
  if (content.kind === "version") event.tag(3, WireType.LengthDelimited).string("brain.Event:2");
  else if (content.kind === "start")
    event.tag(7, WireType.LengthDelimited).fork().tag(1, WireType.Varint).int32(1).join();
  else {
    event.tag(5, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).fork();
    event.tag(1, WireType.LengthDelimited).string(content.tag);
    event.tag(2, WireType.Bit32).float(Math.fround(content.value)).join().join();
  }
  return framed(event.finish());
}

function framed(message: Uint8Array): Uint8Array {
  const record = new Uint8Array(message.length + 16);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(message.length), true);
  view.setUint32(8, masked(record.subarray(0, 8)), true);
  record.set(message, 12);
  view.setUint32(12 + message.length, masked(message), true);
  return record;
}

/** The CRC turned and moved, as a CRC of what holds CRCs would be weak. */
function masked(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
