// The dense gradients of direct convolution (conv2d.ts has those that skip zeros): where nothing but a bias is behind the
// convolution, dy has no zeros, and where patches are small, listing them costs more than they save.
//
// The input gradient is a convolution itself, with stride 1: of dy between zeros, with the kernels turned round. So there is
// only the packing of those.

import { packPanelTransposed } from "../lib/panels";
import { patch } from "../lib/patch";
import { at } from "../lib/simd";
import { outer4x8 } from "../lib/tile";

/** Output positions in a block: dy's panels and four columns of the patches stay in the first cache. */
// @ts-ignore: decorator
@inline
const POSITIONS = 64;

/**
 * dw += sum over (n,i,j) x[n,i*sh+a,j*sw+b,c] dy[n,i,j,f]: the product of all patches, transposed, and dy. For each block of
 * positions dy is packed in panels of 8 filters, then four columns of the patches at a time are copied together and
 * multiplied with all panels; all that the tile reads lies in a row.
 * scratch: 64 * (5 + ceil8(filters)) floats.
 */
export function conv2dDenseBackwardKernelAdd(
  samples: i32, dw: usize, dy: usize, x: usize, scratch: usize,
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, filters: i32,
  kernelHeight: i32, kernelWidth: i32, strideHeight: i32, strideWidth: i32,
): void {
  const pitch = width * channels * 4, rowStep = strideHeight * pitch, columnStep = strideWidth * channels * 4;
  const run = kernelWidth * channels, k = kernelHeight * run;
  const positions = samples * outHeight * outWidth, strideC = (<usize>filters) << 2;
  const columns = at(scratch, POSITIONS), panels = at(columns, 4 * POSITIONS);
  for (let first = 0; first < positions; first += POSITIONS) {
    const count = min(POSITIONS, positions - first);
    for (let p = 0; p < count; ++p) {
      store<u32>(at(scratch, p), <u32>patch(first + p, outHeight, outWidth, height, pitch, rowStep, columnStep));
      for (let f = 0; f < filters; f += 8) {
        const panel = at(panels, f * POSITIONS + p * 8);
        v128.store(panel, v128.load(at(dy, f)));
        v128.store(panel, v128.load(at(dy, f), 16), 16);
      }
      dy += strideC;
    }
    for (let i = 0; i < k; i += 4) {
      gather(columns, x, scratch, count, i, k, run, pitch);
      for (let f = 0; f < filters; f += 8) {
        const panel = at(panels, f * POSITIONS);
        outer4x8(at(dw, i * filters + f), strideC, k - i, filters - f, columns, 16, panel, 32, count);
      }
    }
  }
}

/** columns[p] = elements i to i + 3 of the patch at offsets[p]; what is beyond its end repeats the last. */
// @ts-ignore: decorator
@inline
function gather(columns: usize, x: usize, offsets: usize, count: i32, i: i32, k: i32, run: i32, pitch: i32): void {
  const x0 = x + element(i, run, pitch);
  if (run % 4 == 0) {
    for (let p = 0; p < count; ++p) {
      v128.store(columns, v128.load(x0 + <usize>load<u32>(at(offsets, p))));
      columns += 16;
    }
    return;
  }
  const x1 = x + element(min(i + 1, k - 1), run, pitch), x2 = x + element(min(i + 2, k - 1), run, pitch);
  const x3 = x + element(min(i + 3, k - 1), run, pitch);
  for (let p = 0; p < count; ++p) {
    const offset = <usize>load<u32>(at(offsets, p));
    store<f32>(columns, load<f32>(x0 + offset));
    store<f32>(columns, load<f32>(x1 + offset), 4);
    store<f32>(columns, load<f32>(x2 + offset), 8);
    store<f32>(columns, load<f32>(x3 + offset), 12);
    columns += 16;
  }
}

/** Byte offset in a patch of its element number i. */
// @ts-ignore: decorator
@inline
function element(i: i32, run: i32, pitch: i32): usize {
  const row = i / run;
  return <usize>(row * pitch + ((i - row * run) << 2));
}

/**
 * The kernels turned round, in panels of 8 channels (core/panels.ts): conv2dForward of dy between zeros with them is the input
 * gradient. Row (a,b,f), column c of the packed matrix is w[kh-1-a,kw-1-b,c,f].
 */
export function conv2dDensePackTurned(
  panels: usize, w: usize, kernelHeight: i32, kernelWidth: i32, channels: i32, filters: i32,
): void {
  const taps = kernelHeight * kernelWidth, size = channels * filters;
  for (let c = 0; c < channels; c += 8) {
    for (let tap = taps - 1; tap >= 0; --tap) {
      packPanelTransposed(panels, at(w, tap * size + c * filters), filters, filters, channels - c);
      panels += (<usize>filters) << 5;
    }
  }
}
