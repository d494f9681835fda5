// Records of TensorBoard's event files: protobuf messages in TensorFlow's record format. Imported when an event is written.

import { PbfWriter } from "pbf";

/** A message Event: what a file begins with, or a scalar of a step. */
export type TensorBoardEvent =
  | { readonly wallTime: number; readonly fileVersion: string }
  | { readonly wallTime: number; readonly step: number; readonly tag: string; readonly value: number };

/** length (u64), checksum of that (u32), the message, checksum of that (u32), all little-endian. */
export function encodeRecord(event: TensorBoardEvent): Uint8Array {
  const message = encodeEvent(event);
  const record = new Uint8Array(16 + message.length);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(message.length), true);
  view.setUint32(8, maskedChecksum(record.subarray(0, 8)), true);
  record.set(message, 12);
  view.setUint32(12 + message.length, maskedChecksum(message), true);
  return record;
}

/** The numbers are those of the fields in event.proto and summary.proto. */
function encodeEvent(event: TensorBoardEvent): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeDoubleField(1, event.wallTime);
  if ("fileVersion" in event) pbf.writeStringField(3, event.fileVersion);
  else {
    // As protobuf writes it: not where it is 0.
    if (event.step > 0) pbf.writeVarintField(2, event.step);
    pbf.writeMessage(5, (summary, writer) => writer.writeMessage(1, writeValue, summary), event);
  }
  return pbf.finish();
}

function writeValue({ tag, value }: { readonly tag: string; readonly value: number }, pbf: PbfWriter): void {
  pbf.writeStringField(1, tag);
  pbf.writeFloatField(2, value);
}

/** CRC-32C (Castagnoli), reflected. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0x82f63b78 : sum >>> 1;
  return sum;
});

/** The checksum as TensorFlow's records hold it: turned, so that the checksum of data with checksums in it is none of those. */
function maskedChecksum(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = (sum >>> 8) ^ TABLE[(sum ^ byte) & 255]!;
  const checksum = ~sum >>> 0;
  return (((checksum >>> 15) | (checksum << 17)) + 0xa282ead8) >>> 0;
}
