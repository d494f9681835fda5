// Direct convolution, NHWC, kernels (kh, kw, in, out), no padding, no dilation, any stride. There is no im2col buffer: a
// row of a patch is one run of kw * in floats in the input. (Padding and dilation take the general path, im2col.ts.)
//
// Both gradients skip the zeros of dy. What comes back through max pooling and relu has at most one non-zero in four, and
// where dy is dense the same loops still do one multiply-add for each load, so there is no second, dense form.

import { tile4x8 } from "./gemm";
import { at, storeLanes } from "./simd";

/** Byte offset in x of the patch of output position p, counted over all samples. */
// @ts-ignore: decorator
@inline
function patch(p: u32, outHeight: u32, outWidth: u32, height: u32, pitch: u32, rowStep: u32, columnStep: u32): usize {
  const row = p / outWidth;
  const sample = row / outHeight;
  return <usize>((sample * height) * pitch + (row - sample * outHeight) * rowStep + (p - row * outWidth) * columnStep);
}

/** y[n,i,j,:] = bias + sum over (a,b) x[n,i*sh+a,j*sw+b,:] w[a,b]; w (kh*kw*in, out) in panels of 8 (gemmPack). */
export function conv2dForward(
  samples: i32, y: usize, x: usize, panels: usize, bias: usize,
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, filters: i32,
  kernelHeight: i32, kernelWidth: i32, strideHeight: i32, strideWidth: i32,
): void {
  const pitch = width * channels * 4, rowStep = strideHeight * pitch, columnStep = strideWidth * channels * 4;
  const run = kernelWidth * channels, k = kernelHeight * run;
  const last = samples * outHeight * outWidth - 1;
  for (let p = 0; p <= last; p += 4) {
    const p1 = min(p + 1, last), p2 = min(p + 2, last), p3 = min(p + 3, last);
    const x0 = x + patch(p, outHeight, outWidth, height, pitch, rowStep, columnStep);
    const x1 = x + patch(p1, outHeight, outWidth, height, pitch, rowStep, columnStep);
    const x2 = x + patch(p2, outHeight, outWidth, height, pitch, rowStep, columnStep);
    const x3 = x + patch(p3, outHeight, outWidth, height, pitch, rowStep, columnStep);
    for (let f = 0; f < filters; f += 8) {
      tile4x8(
        at(y, p * filters + f), at(y, p1 * filters + f), at(y, p2 * filters + f), at(y, p3 * filters + f),
        x0, x1, x2, x3, at(panels, f * k), bias ? at(bias, f) : 0, filters - f, kernelHeight, run, pitch,
      );
    }
  }
}

/** Bit i is set where the i-th of 16 floats at p is not zero (NaN counts as not zero). */
// @ts-ignore: decorator
@inline
function nonZeros16(p: usize): i32 {
  const zero = f32x4.splat(0);
  return i8x16.bitmask(
    i8x16.narrow_i16x8_s(
      i16x8.narrow_i32x4_s(f32x4.ne(v128.load(p), zero), f32x4.ne(v128.load(p, 16), zero)),
      i16x8.narrow_i32x4_s(f32x4.ne(v128.load(p, 32), zero), f32x4.ne(v128.load(p, 48), zero)),
    ),
  );
}

/** The bits of nonZeros16 that are still in the row. */
// @ts-ignore: decorator
@inline
function nonZerosOf(p: usize, count: i32): i32 {
  const bits = nonZeros16(p);
  return count >= 16 ? bits : bits & ((1 << count) - 1);
}

/**
 * dw += sum over (n,i,j) x[n,i*sh+a,j*sw+b,c] dy[n,i,j,f].
 * For each `group` of samples (as many as keep x in the first cache), the non-zeros of dy are listed by filter as (offset
 * of the patch in x, value); then each filter's gradient is the sum of value * patch, held in registers while its list is
 * walked. The order of the additions does not depend on `group`.
 * scratch: filters * kh * ceil4(kw * in) floats (dw transposed), filters counters, filters * group * positions pairs.
 */
export function conv2dBackwardKernelAdd(
  samples: i32, dw: usize, dy: usize, x: usize, scratch: usize, group: i32,
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, filters: i32,
  kernelHeight: i32, kernelWidth: i32, strideHeight: i32, strideWidth: i32,
): void {
  const pitch = width * channels * 4, rowStep = strideHeight * pitch, columnStep = strideWidth * channels * 4;
  const run = kernelWidth * channels, vectors = (run + 3) >> 2;
  const runBytes = vectors << 4, patchBytes = <usize>(kernelHeight * runBytes);
  const positions = outHeight * outWidth;
  const counters = scratch + <usize>filters * patchBytes;
  const lists = at(counters, filters);
  const listBytes = <usize>(group * positions) << 3;
  memory.fill(scratch, 0, <usize>filters * patchBytes);
  for (let first = 0; first < samples; first += group) {
    memory.fill(counters, 0, <usize>filters << 2);
    const rows = min(group, samples - first) * outHeight;
    for (let row = 0; row < rows; ++row) {
      const n = row / outHeight;
      let offset = n * height * pitch + (row - n * outHeight) * rowStep;
      for (let j = 0; j < outWidth; ++j) {
        for (let f = 0; f < filters; f += 16) {
          let bits = nonZerosOf(at(dy, f), filters - f);
          while (bits) {
            const g = f + ctz(bits);
            bits &= bits - 1;
            const count = load<i32>(at(counters, g));
            const pair = lists + <usize>g * listBytes + ((<usize>count) << 3);
            store<i32>(pair, offset);
            store<f32>(pair, load<f32>(at(dy, g)), 4);
            store<i32>(at(counters, g), count + 1);
          }
        }
        dy += (<usize>filters) << 2;
        offset += columnStep;
      }
    }
    for (let f = 0; f < filters; ++f) {
      const list = lists + <usize>f * listBytes;
      const end = list + ((<usize>load<i32>(at(counters, f))) << 3);
      if (list == end) continue;
      const sum = scratch + <usize>f * patchBytes;
      const whole = vectors - (vectors % 12);
      for (let a = 0; a < kernelHeight; ++a) {
        for (let v = 0; v < whole; v += 12) {
          sumPatches12(sum + <usize>(a * runBytes + (v << 4)), list, end, x + <usize>(a * pitch + (v << 4)));
        }
      }
      // What is left of each row, four vectors at a time from anywhere in the patch; a missing one repeats the last.
      const left = vectors - whole, tail = kernelHeight * left - 1;
      for (let t = 0; t <= tail; t += 4) {
        const t1 = min(t + 1, tail), t2 = min(t + 2, tail), t3 = min(t + 3, tail);
        const v0 = (whole + (t % left)) << 4, v1 = (whole + (t1 % left)) << 4;
        const v2 = (whole + (t2 % left)) << 4, v3 = (whole + (t3 % left)) << 4;
        const r0 = t / left, r1 = t1 / left, r2 = t2 / left, r3 = t3 / left;
        sumPatches4(
          sum + <usize>(r0 * runBytes + v0), sum + <usize>(r1 * runBytes + v1),
          sum + <usize>(r2 * runBytes + v2), sum + <usize>(r3 * runBytes + v3), list, end,
          x + <usize>(r0 * pitch + v0), x + <usize>(r1 * pitch + v1),
          x + <usize>(r2 * pitch + v2), x + <usize>(r3 * pitch + v3),
        );
      }
    }
    x += <usize>(group * height * pitch);
  }
  for (let a = 0; a < kernelHeight; ++a) {
    transposeAdd(at(dw, a * run * filters), scratch + <usize>(a * runBytes), run, filters, patchBytes);
  }
}

/** sum[0..48) += sum over the list of value * x[offset..], 12 accumulators in registers. */
function sumPatches12(sum: usize, list: usize, end: usize, x: usize): void {
  let a0 = v128.load(sum), a1 = v128.load(sum, 16), a2 = v128.load(sum, 32), a3 = v128.load(sum, 48);
  let a4 = v128.load(sum, 64), a5 = v128.load(sum, 80), a6 = v128.load(sum, 96), a7 = v128.load(sum, 112);
  let a8 = v128.load(sum, 128), a9 = v128.load(sum, 144), a10 = v128.load(sum, 160), a11 = v128.load(sum, 176);
  while (list < end) {
    const p = x + <usize>load<u32>(list);
    const v = v128.load32_splat(list, 4);
    a0 = f32x4.add(a0, f32x4.mul(v, v128.load(p)));
    a1 = f32x4.add(a1, f32x4.mul(v, v128.load(p, 16)));
    a2 = f32x4.add(a2, f32x4.mul(v, v128.load(p, 32)));
    a3 = f32x4.add(a3, f32x4.mul(v, v128.load(p, 48)));
    a4 = f32x4.add(a4, f32x4.mul(v, v128.load(p, 64)));
    a5 = f32x4.add(a5, f32x4.mul(v, v128.load(p, 80)));
    a6 = f32x4.add(a6, f32x4.mul(v, v128.load(p, 96)));
    a7 = f32x4.add(a7, f32x4.mul(v, v128.load(p, 112)));
    a8 = f32x4.add(a8, f32x4.mul(v, v128.load(p, 128)));
    a9 = f32x4.add(a9, f32x4.mul(v, v128.load(p, 144)));
    a10 = f32x4.add(a10, f32x4.mul(v, v128.load(p, 160)));
    a11 = f32x4.add(a11, f32x4.mul(v, v128.load(p, 176)));
    list += 8;
  }
  v128.store(sum, a0);
  v128.store(sum, a1, 16);
  v128.store(sum, a2, 32);
  v128.store(sum, a3, 48);
  v128.store(sum, a4, 64);
  v128.store(sum, a5, 80);
  v128.store(sum, a6, 96);
  v128.store(sum, a7, 112);
  v128.store(sum, a8, 128);
  v128.store(sum, a9, 144);
  v128.store(sum, a10, 160);
  v128.store(sum, a11, 176);
}

/** The same for four vectors, each with its own place. */
function sumPatches4(
  s0: usize, s1: usize, s2: usize, s3: usize, list: usize, end: usize, x0: usize, x1: usize, x2: usize, x3: usize,
): void {
  let a0 = v128.load(s0), a1 = v128.load(s1), a2 = v128.load(s2), a3 = v128.load(s3);
  while (list < end) {
    const offset = <usize>load<u32>(list);
    const v = v128.load32_splat(list, 4);
    a0 = f32x4.add(a0, f32x4.mul(v, v128.load(x0 + offset)));
    a1 = f32x4.add(a1, f32x4.mul(v, v128.load(x1 + offset)));
    a2 = f32x4.add(a2, f32x4.mul(v, v128.load(x2 + offset)));
    a3 = f32x4.add(a3, f32x4.mul(v, v128.load(x3 + offset)));
    list += 8;
  }
  v128.store(s0, a0);
  v128.store(s1, a1);
  v128.store(s2, a2);
  v128.store(s3, a3);
}

/** c[k][f] += t[f][k] for k < rows; t has `strideT` bytes a row, c has `columns` floats a row. */
function transposeAdd(c: usize, t: usize, rows: i32, columns: i32, strideT: usize): void {
  for (let f = 0; f < columns; f += 4) {
    const t0 = t + <usize>f * strideT;
    const t1 = t + <usize>min(f + 1, columns - 1) * strideT;
    const t2 = t + <usize>min(f + 2, columns - 1) * strideT;
    const t3 = t + <usize>min(f + 3, columns - 1) * strideT;
    for (let k = 0; k < rows; k += 4) {
      const o = (<usize>k) << 2;
      const a = v128.load(t0 + o), b = v128.load(t1 + o), d = v128.load(t2 + o), e = v128.load(t3 + o);
      const ab0 = v128.shuffle<i32>(a, b, 0, 4, 1, 5), ab1 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
      const de0 = v128.shuffle<i32>(d, e, 0, 4, 1, 5), de1 = v128.shuffle<i32>(d, e, 2, 6, 3, 7);
      const p = at(c, k * columns + f), left = rows - k, count = columns - f;
      addLanes(p, v128.shuffle<i64>(ab0, de0, 0, 2), count);
      if (left > 1) addLanes(at(p, columns), v128.shuffle<i64>(ab0, de0, 1, 3), count);
      if (left > 2) addLanes(at(p, 2 * columns), v128.shuffle<i64>(ab1, de1, 0, 2), count);
      if (left > 3) addLanes(at(p, 3 * columns), v128.shuffle<i64>(ab1, de1, 1, 3), count);
    }
  }
}

// @ts-ignore: decorator
@inline
function addLanes(p: usize, v: v128, count: i32): void {
  storeLanes(p, f32x4.add(v128.load(p), v), count);
}

/** t[f][a][0..ceil4(kw*in)) = w[a][..][f], the missing lanes zero: the form conv2dBackwardInput reads. */
export function conv2dTransposeKernel(t: usize, w: usize, kernelHeight: i32, run: i32, filters: i32): void {
  const runPadded = (run + 3) & ~3;
  for (let f = 0; f < filters; ++f) {
    for (let a = 0; a < kernelHeight; ++a) {
      for (let r = 0; r < runPadded; ++r) {
        store<f32>(t, r < run ? load<f32>(at(w, (a * run + r) * filters + f)) : 0);
        t += 4;
      }
    }
  }
}

/**
 * dx[n,i*sh+a,j*sw+b,c] = sum over (i,j,f) dy[n,i,j,f] w[a,b,c,f].
 * For each sample, the non-zeros of dy are listed by position as (offset of the filter in t, value); then, for each piece
 * of 48 floats of the patch (so that all filters' pieces stay in the first cache), each position's list is added up.
 * scratch: outHeight * outWidth + 1 list ends, outHeight * outWidth * filters pairs.
 */
export function conv2dBackwardInput(
  samples: i32, dx: usize, dy: usize, t: usize, scratch: usize,
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, filters: i32,
  kernelHeight: i32, kernelWidth: i32, strideHeight: i32, strideWidth: i32,
): void {
  const pitch = width * channels * 4, rowStep = strideHeight * pitch, columnStep = strideWidth * channels * 4;
  const run = kernelWidth * channels, vectors = (run + 3) >> 2;
  const runBytes = vectors << 4, patchBytes = kernelHeight * runBytes;
  const positions = outHeight * outWidth;
  const pairs = at(scratch, positions + 1);
  const whole = (run >> 2) - ((run >> 2) % 12);
  for (let n = 0; n < samples; ++n) {
    memory.fill(dx, 0, <usize>(height * pitch));
    let pair = pairs;
    store<usize>(scratch, pair);
    for (let p = 0; p < positions; ++p) {
      for (let f = 0; f < filters; f += 16) {
        let bits = nonZerosOf(at(dy, f), filters - f);
        while (bits) {
          const g = f + ctz(bits);
          bits &= bits - 1;
          store<i32>(pair, g * patchBytes);
          store<f32>(pair, load<f32>(at(dy, g)), 4);
          pair += 8;
        }
      }
      store<usize>(at(scratch, p + 1), pair);
      dy += (<usize>filters) << 2;
    }
    for (let a = 0; a < kernelHeight; ++a) {
      for (let v = 0; v < whole; v += 12) {
        const weights = t + <usize>(a * runBytes + (v << 4));
        let ends = scratch;
        for (let i = 0; i < outHeight; ++i) {
          let p = dx + <usize>(i * rowStep + a * pitch + (v << 4));
          for (let j = 0; j < outWidth; ++j) {
            sumPatches12(p, load<usize>(ends), load<usize>(ends, 4), weights);
            p += <usize>columnStep;
            ends += 4;
          }
        }
      }
      for (let v = whole; v < vectors; v += 4) {
        const weights = t + <usize>(a * runBytes + (v << 4));
        const count = min(run - (v << 2), 16);
        let ends = scratch;
        for (let i = 0; i < outHeight; ++i) {
          let p = dx + <usize>(i * rowStep + a * pitch + (v << 4));
          for (let j = 0; j < outWidth; ++j) {
            sumPatchesTail(p, load<usize>(ends), load<usize>(ends, 4), weights, count);
            p += <usize>columnStep;
            ends += 4;
          }
        }
      }
    }
    dx += <usize>(height * pitch);
  }
}

/** sum[0..count) += sum over the list of value * t[offset..], at most 16 floats; writes no others. */
function sumPatchesTail(sum: usize, list: usize, end: usize, t: usize, count: i32): void {
  let a0 = v128.load(sum), a1 = v128.load(sum, 16), a2 = v128.load(sum, 32), a3 = v128.load(sum, 48);
  while (list < end) {
    const p = t + <usize>load<u32>(list);
    const v = v128.load32_splat(list, 4);
    a0 = f32x4.add(a0, f32x4.mul(v, v128.load(p)));
    a1 = f32x4.add(a1, f32x4.mul(v, v128.load(p, 16)));
    a2 = f32x4.add(a2, f32x4.mul(v, v128.load(p, 32)));
    a3 = f32x4.add(a3, f32x4.mul(v, v128.load(p, 48)));
    list += 8;
  }
  storeLanes(sum, a0, count);
  storeLanes(sum + 16, a1, count - 4);
  storeLanes(sum + 32, a2, count - 8);
  storeLanes(sum + 48, a3, count - 12);
}
