const MULTIPLIERS = [0xd2511f53n, 0xcd9e8d57n] as const;
const WEYL = [0x9e3779b9, 0xbb67ae85] as const;
const ROUNDS = 10;

export type Philox4 = readonly [number, number, number, number];

/**
 * Philox 4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011): four random 32-bit integers from
 * a counter and a key of 32-bit integers. Each round, with multipliers M:
 * (c0, c1, c2, c3) = (high(M1 c2) ^ c1 ^ k0, low(M1 c2), high(M0 c0) ^ c3 ^ k1, low(M0 c0)); k += WEYL.
 */
export function philox4x32(counter: Philox4, key: readonly [number, number]): Philox4 {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const product0 = MULTIPLIERS[0] * BigInt(c0);
    const product1 = MULTIPLIERS[1] * BigInt(c2);
    [c0, c1, c2, c3] = [
      (high(product1) ^ c1 ^ k0) >>> 0,
      low(product1),
      (high(product0) ^ c3 ^ k1) >>> 0,
      low(product0),
    ];
    k0 = (k0 + WEYL[0]) >>> 0;
    k1 = (k1 + WEYL[1]) >>> 0;
  }
  return [c0, c1, c2, c3];
}

function high(product: bigint): number {
  return Number(product >> 32n);
}

function low(product: bigint): number {
  return Number(product & 0xffffffffn);
}
