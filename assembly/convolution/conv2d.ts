// Direct convolution, NHWC, kernels (kh, kw, in, out), no padding, no dilation, any stride. There is no im2col buffer: a
// row of a patch is one run of kw * in floats in the input, and only the four patches of a tile are put together. (Padding is put around first, pad2d.ts; dilation takes the
// general path, im2col.ts.)
//
// Both gradients skip the zeros of dy: what comes back through max pooling and relu has at most one non-zero in four, and
// where dy is dense the same loops still do one multiply-add for each load, so there is no second, dense form.
// Behind max pooling, dy has the pooled size, and `places` says which patch each number belongs to: the pixel in x, row *
// width + column, of the patch's first corner; no filter has two numbers of one patch, as pooling windows do not overlap.
// Null: dy has a number for every position, in order.

import { clampAll } from "../lib/clamp";
import { patch } from "../lib/patch";
import { packQuad, packRow } from "../lib/quad";
import { at, storeTurned } from "../lib/simd";
import { nonZerosOf, sumPatches12, sumPatches4, sumPatches8, sumPatchesTail, transposeAdd } from "./nonZeros";
import { fourRows, leftRows } from "../lib/tile";

/**
 * y[n,i,j,:] = bias + sum over (a,b) x[n,i*sh+a,j*sw+b,:] w[a,b], brought to least .. most while it is in the cache; w (kh*kw*in, out) in
 * panels of 8 (gemmPack).
 * scratch: 4 * (kh * kw * in + 3) floats.
 */
export function conv2dForward(
  samples: i32, y: usize, x: usize, panels: usize, bias: usize, scratch: usize,
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, filters: i32,
  kernelHeight: i32, kernelWidth: i32, strideHeight: i32, strideWidth: i32, least: f32, most: f32,
): void {
  const pitch = width * channels * 4, rowStep = strideHeight * pitch, columnStep = strideWidth * channels * 4;
  const run = kernelWidth * channels, k = kernelHeight * run;
  const positions = samples * outHeight * outWidth;
  let p = 0;
  for (; p + 4 <= positions; p += 4) {
    packQuad(
      scratch,
      x + patch(p, outHeight, outWidth, height, pitch, rowStep, columnStep),
      x + patch(p + 1, outHeight, outWidth, height, pitch, rowStep, columnStep),
      x + patch(p + 2, outHeight, outWidth, height, pitch, rowStep, columnStep),
      x + patch(p + 3, outHeight, outWidth, height, pitch, rowStep, columnStep),
      kernelHeight, run, pitch,
    );
    fourRows(at(y, p * filters), scratch, panels, bias, k, filters);
    clampAll(at(y, p * filters), 4 * filters, least, most);
  }
  const left = positions - p;
  if (left == 0) return;
  for (let i = 0; i < left; ++i) {
    packRow(
      at(scratch, i * k), x + patch(p + i, outHeight, outWidth, height, pitch, rowStep, columnStep), kernelHeight, run, pitch,
    );
  }
  leftRows(at(y, p * filters), scratch, left, panels, bias, k, filters);
  clampAll(at(y, p * filters), left * filters, least, most);
}

/**
 * dw += sum over (n,i,j) x[n,i*sh+a,j*sw+b,c] dy[n,i,j,f].
 * For each `group` of samples (as many as keep x in the first cache), the non-zeros of dy are listed by filter as (offset
 * of the patch in x, value); then each filter's gradient is the sum of value * patch, held in registers while its list is
 * walked. The order of the additions does not depend on `group`.
 * scratch: filters * kh * ceil4(kw * in) floats (dw transposed), filters counters, filters * group * positions pairs.
 */
export function conv2dBackwardKernelAdd(
  samples: i32, dw: usize, dy: usize, places: usize, x: usize, scratch: usize, group: i32,
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, filters: i32,
  kernelHeight: i32, kernelWidth: i32, strideHeight: i32, strideWidth: i32,
): void {
  const pixelBytes = channels * 4, pitch = width * pixelBytes;
  const rowStep = strideHeight * pitch, columnStep = strideWidth * pixelBytes;
  const run = kernelWidth * channels, vectors = (run + 3) >> 2;
  const runBytes = vectors << 4, patchBytes = <usize>(kernelHeight * runBytes);
  const counters = scratch + <usize>filters * patchBytes;
  const lists = at(counters, filters);
  const listBytes = <usize>(group * outHeight * outWidth) << 3;
  memory.fill(scratch, 0, <usize>filters * patchBytes);
  for (let first = 0; first < samples; first += group) {
    memory.fill(counters, 0, <usize>filters << 2);
    const rows = min(group, samples - first) * outHeight;
    for (let row = 0; row < rows; ++row) {
      const n = row / outHeight;
      const sample = n * height * pitch;
      let offset = sample + (row - n * outHeight) * rowStep;
      for (let j = 0; j < outWidth; ++j) {
        for (let f = 0; f < filters; f += 16) {
          let bits = nonZerosOf(at(dy, f), filters - f);
          while (bits) {
            const g = f + ctz(bits);
            bits &= bits - 1;
            const count = load<i32>(at(counters, g));
            const pair = lists + <usize>g * listBytes + ((<usize>count) << 3);
            store<i32>(pair, places ? sample + load<i32>(at(places, g)) * pixelBytes : offset);
            store<f32>(pair, load<f32>(at(dy, g)), 4);
            store<i32>(at(counters, g), count + 1);
          }
        }
        dy = at(dy, filters);
        if (places) places = at(places, filters);
        offset += columnStep;
      }
    }
    for (let f = 0; f < filters; ++f) {
      const list = lists + <usize>f * listBytes;
      const end = list + ((<usize>load<i32>(at(counters, f))) << 3);
      if (list == end) continue;
      const sum = scratch + <usize>f * patchBytes;
      const twelves = vectors - (vectors % 12), whole = twelves + ((vectors - twelves) & 8);
      for (let a = 0; a < kernelHeight; ++a) {
        for (let v = 0; v < twelves; v += 12) {
          sumPatches12(sum + <usize>(a * runBytes + (v << 4)), list, end, x + <usize>(a * pitch + (v << 4)));
        }
        if (twelves < whole) {
          const o = twelves << 4;
          sumPatches8(sum + <usize>(a * runBytes + o), list, end, x + <usize>(a * pitch + o), 32);
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

/** t[f][a][0..ceil4(kw*in)) = w[a][..][f], the missing lanes zero: the form conv2dBackwardInput reads. */
export function conv2dTransposeKernel(t: usize, w: usize, kernelHeight: i32, run: i32, filters: i32): void {
  const runPadded = (run + 3) & ~3, size = kernelHeight * runPadded;
  for (let a = 0; a < kernelHeight; ++a) {
    for (let r = 0; r < runPadded; r += 4) {
      const rows = run - r, row = at(w, (a * run + r) * filters);
      for (let f = 0; f < filters; f += 4) {
        const p = at(row, f), zero = f32x4.splat(0);
        const v0 = v128.load(p), v1 = rows > 1 ? v128.load(at(p, filters)) : zero;
        const v2 = rows > 2 ? v128.load(at(p, 2 * filters)) : zero, v3 = rows > 3 ? v128.load(at(p, 3 * filters)) : zero;
        storeTurned(at(t, f * size + a * runPadded + r), (<usize>size) << 2, filters - f, v0, v1, v2, v3);
      }
    }
  }
}

/**
 * dx[n,i*sh+a,j*sw+b,c] = sum over (i,j,f) dy[n,i,j,f] w[a,b,c,f].
 * For each sample, the non-zeros of dy are listed by the patch's pixel as (offset of the filter in t, value); then, for each
 * piece of 48 floats of the patch (so that all filters' pieces stay in the first cache), each pixel's list is added up.
 * scratch: height * width counters, height * width * filters pairs.
 */
export function conv2dBackwardInput(
  samples: i32, dx: usize, dy: usize, places: usize, t: usize, scratch: usize,
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, filters: i32,
  kernelHeight: i32, kernelWidth: i32, strideHeight: i32, strideWidth: i32,
): void {
  const pixels = height * width, pixelBytes = channels * 4, pitch = width * pixelBytes;
  const run = kernelWidth * channels, vectors = (run + 3) >> 2;
  const runBytes = vectors << 4, patchBytes = kernelHeight * runBytes;
  const lists = at(scratch, pixels), listBytes = <usize>filters << 3;
  const whole = (run >> 2) - ((run >> 2) % 12);
  for (let n = 0; n < samples; ++n) {
    memory.fill(dx, 0, <usize>(height * pitch));
    memory.fill(scratch, 0, <usize>pixels << 2);
    for (let i = 0; i < outHeight; ++i) {
      let here = i * strideHeight * width;
      for (let j = 0; j < outWidth; ++j) {
        for (let f = 0; f < filters; f += 16) {
          let bits = nonZerosOf(at(dy, f), filters - f);
          while (bits) {
            const g = f + ctz(bits);
            bits &= bits - 1;
            const pixel = places ? load<i32>(at(places, g)) : here;
            const count = load<i32>(at(scratch, pixel));
            const pair = lists + <usize>pixel * listBytes + ((<usize>count) << 3);
            store<i32>(pair, g * patchBytes);
            store<f32>(pair, load<f32>(at(dy, g)), 4);
            store<i32>(at(scratch, pixel), count + 1);
          }
        }
        dy = at(dy, filters);
        if (places) places = at(places, filters);
        here += strideWidth;
      }
    }
    for (let a = 0; a < kernelHeight; ++a) {
      for (let v = 0, size = 12; v < vectors; v += size) {
        if (v >= whole) size = vectors - v > 4 ? 8 : 4;
        const piece = a * runBytes + (v << 4), weights = t + <usize>piece;
        let p = dx + <usize>(a * pitch + (v << 4)), list = lists;
        for (let pixel = 0; pixel < pixels; ++pixel) {
          const count = load<i32>(at(scratch, pixel));
          if (count) {
            const end = list + ((<usize>count) << 3);
            if (v < whole) sumPatches12(p, list, end, weights);
            else if (size == 8) sumPatches8(p, list, end, weights, run - (v << 2));
            else sumPatchesTail(p, list, end, weights, min(run - (v << 2), 16));
          }
          p += <usize>pixelBytes;
          list += listBytes;
        }
      }
    }
    dx += <usize>(height * pitch);
  }
}
