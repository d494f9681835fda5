import { sha256 } from "@noble/hashes/sha2.js";

// Names of the shards of a TensorFlow.js model that are ours: `cats.json.3f8a1c0e9b7d6254.shard1of2.bin`. They say whose they are
// and what they hold, so that one model's description never goes with another's weights.

const HASH_DIGITS = 16;
const NAME = /^(.+)\.([0-9a-f]{16})\.shard\d+of\d+\.bin$/;

/** What shards of the model in this file begin with: its name, as far as all servers and systems bear it. */
export function shardOwner(file: string): string {
  const plain = file.replace(/[^\p{L}\p{N}_. -]/gu, "_").replace(/^[^\p{L}\p{N}_-]/u, "_");
  // Two files that differ in other characters only stay apart.
  return plain === file ? file : `${plain}.${hash(new TextEncoder().encode(file))}`;
}

/** @param index from 0 on */
export function shardName(owner: string, bytes: Uint8Array, index: number, count: number): string {
  return `${owner}.${hash(bytes)}.shard${index + 1}of${count}.bin`;
}

export function isShardOf(owner: string, name: string): boolean {
  return NAME.exec(name)?.[1] === owner;
}

/** @throws Error if the name says that it holds other bytes; names of other programs say nothing */
export function checkShard(where: string, name: string, bytes: Uint8Array): void {
  const said = NAME.exec(name)?.[2];
  if (said === undefined || said === hash(bytes)) return;
  throw new Error(`${where}: expected ${name} as it was saved with it, got other bytes: damaged, or of another model`);
}

function hash(bytes: Uint8Array): string {
  const digest = sha256(bytes).subarray(0, HASH_DIGITS / 2);
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
