import { type Padding, padAxis } from "./padding.js";
import { dimensions4, type Tensor, tensor } from "./tensor.js";

/** x (n, h, w, c). */
export interface MaxPool2dForwardInputs {
  readonly x: Tensor;
  readonly poolSize: readonly [number, number];
  /** Default poolSize. */
  readonly strides?: readonly [number, number];
  /** Default "valid". */
  readonly padding?: Padding;
}

/** dy (n, oh, ow, c), argmax as the forward pass returned it, xShape (n, h, w, c). */
export interface MaxPool2dBackwardInputs {
  readonly dy: Tensor;
  readonly argmax: Int32Array;
  readonly xShape: readonly number[];
}

/**
 * y[n,oy,ox,c] = max over ky,kx of x[n,iy,ix,c] with iy = oy * stride + ky - before inside of x, ix likewise.
 * argmax, one for each element of y, is the offset of the winner within its sample of x: the first maximum in row-major
 * order, and a NaN beats everything.
 */
export function maxPool2dForward(inputs: MaxPool2dForwardInputs): { y: Tensor; argmax: Int32Array } {
  const { x, poolSize, strides = poolSize, padding = "valid" } = inputs;
  const [samples, height, width, channels] = dimensions4(x);
  const rows = padAxis(height, poolSize[0], strides[0], 1, padding);
  const columns = padAxis(width, poolSize[1], strides[1], 1, padding);
  const y = tensor([samples, rows.outSize, columns.outSize, channels]);
  const argmax = new Int32Array(y.data.length);
  let yi = 0;
  for (let n = 0; n < samples; n++) {
    const sample = x.data.subarray(n * height * width * channels, (n + 1) * height * width * channels);
    for (let oy = 0; oy < rows.outSize; oy++) {
      for (let ox = 0; ox < columns.outSize; ox++) {
        for (let c = 0; c < channels; c++) {
          let best = -1;
          for (let ky = 0; ky < poolSize[0]; ky++) {
            const iy = oy * strides[0] + ky - rows.before;
            if (iy < 0 || iy >= height) continue;
            for (let kx = 0; kx < poolSize[1]; kx++) {
              const ix = ox * strides[1] + kx - columns.before;
              if (ix < 0 || ix >= width) continue;
              const candidate = (iy * width + ix) * channels + c;
              if (best < 0 || beats(sample[candidate]!, sample[best]!)) best = candidate;
            }
          }
          y.data[yi] = sample[best]!;
          argmax[yi] = best;
          yi++;
        }
      }
    }
  }
  return { y, argmax };
}

/** dx[n, argmax[i]] = sum of the dy[i] of the windows it won. */
export function maxPool2dBackward({ dy, argmax, xShape }: MaxPool2dBackwardInputs): Tensor {
  const dx = tensor(xShape);
  const samples = xShape[0]!;
  const sampleSize = dx.data.length / samples;
  const outputs = dy.data.length / samples;
  dy.data.forEach((value, i) => {
    dx.data[Math.floor(i / outputs) * sampleSize + argmax[i]!]! += value;
  });
  return dx;
}

function beats(candidate: number, best: number): boolean {
  return candidate > best || (Number.isNaN(candidate) && !Number.isNaN(best));
}
