// Half precision, IEEE 754 binary16: Float16Array is not in every engine yet.

/** The number that the 16 bits stand for. */
function fromHalf(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

/** The 16 bits of the half nearest to a 32-bit float; halfway, the even one. */
function toHalf(value: number, bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  // Below 2^-14 halves lie 2^-24 apart. A fraction that is rounded up to 1024 carries into the exponent, as it should.
  const exponent = Math.max(((bits >>> 23) & 255) - 127, -14);
  const fraction = roundToEven(size * 2 ** (10 - exponent));
  return sign | (((exponent + 14) << 10) + fraction);
}

function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}

export function decodeFloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(halves, fromHalf);
}

/** Rounded to nearest; what is beyond 65,504 becomes infinite. */
export function encodeFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(values, (value, i) => toHalf(value, bits[i]!));
}
