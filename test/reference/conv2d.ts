import { type Padding, padAxis } from "./padding.js";
import { dimensions4, type Tensor, tensor } from "./tensor.js";

export interface Conv2dOptions {
  /** Default [1, 1]. */
  readonly strides?: readonly [number, number];
  /** Default [1, 1]. */
  readonly dilation?: readonly [number, number];
  /** Default "valid". */
  readonly padding?: Padding;
}

/** x (n, h, w, in), w (kh, kw, in, out), b (out); no b means zeros. */
export interface Conv2dForwardInputs extends Conv2dOptions {
  readonly x: Tensor;
  readonly w: Tensor;
  readonly b?: Tensor;
}

/** dy (n, oh, ow, out), x (n, h, w, in), w (kh, kw, in, out). */
export interface Conv2dBackwardInputs extends Conv2dOptions {
  readonly dy: Tensor;
  readonly x: Tensor;
  readonly w: Tensor;
}

/** The shape of y: (n, oh, ow, out). */
export function conv2dOutputShape(inputs: Conv2dForwardInputs): [number, number, number, number] {
  const { rows, columns } = axes(inputs);
  return [inputs.x.shape[0]!, rows.outSize, columns.outSize, inputs.w.shape[3]!];
}

/**
 * y[n,oy,ox,o] = b[o] + sum over ky,kx,i of x[n,iy,ix,i] * w[ky,kx,i,o] with iy = oy * stride + ky * dilation - before,
 * ix likewise, x being 0 outside.
 */
export function conv2dForward(inputs: Conv2dForwardInputs): Tensor {
  const { x, w, b } = inputs;
  const y = tensor(conv2dOutputShape(inputs));
  if (b) y.data.set(y.data.map((_, i) => b.data[i % b.data.length]!));
  forEachTap(inputs, (yi, xi, wi, filters) => {
    for (let o = 0; o < filters; o++) y.data[yi + o]! += x.data[xi]! * w.data[wi + o]!;
  });
  return y;
}

/** For each product y += x * w of the forward pass: dx += dy * w and dw += dy * x; db[o] = sum of dy[...,o]. */
export function conv2dBackward(inputs: Conv2dBackwardInputs): { dx: Tensor; dw: Tensor; db: Tensor } {
  const { dy, x, w } = inputs;
  const dx = tensor(x.shape);
  const dw = tensor(w.shape);
  const db = tensor([w.shape[3]!]);
  forEachTap(inputs, (yi, xi, wi, filters) => {
    for (let o = 0; o < filters; o++) {
      dx.data[xi]! += dy.data[yi + o]! * w.data[wi + o]!;
      dw.data[wi + o]! += dy.data[yi + o]! * x.data[xi]!;
    }
  });
  dy.data.forEach((value, i) => {
    db.data[i % db.data.length]! += value;
  });
  return { dx, dw, db };
}

function axes({ x, w, strides = [1, 1], dilation = [1, 1], padding = "valid" }: Conv2dForwardInputs) {
  const [, height, width] = dimensions4(x);
  const [kernelHeight, kernelWidth] = dimensions4(w);
  return {
    rows: padAxis(height, kernelHeight, strides[0], dilation[0], padding),
    columns: padAxis(width, kernelWidth, strides[1], dilation[1], padding),
  };
}

/** Gets the offset of y[...,0], of an element of x and of w[...,0]. */
type Visit = (yi: number, xi: number, wi: number, filters: number) => void;

/** Calls visit for each output position and each element of x that its kernel meets. */
function forEachTap(inputs: Conv2dForwardInputs, visit: Visit): void {
  const { strides = [1, 1], dilation = [1, 1] } = inputs;
  const [samples, height, width, channels] = dimensions4(inputs.x);
  const [kernelHeight, kernelWidth, kernelChannels, filters] = dimensions4(inputs.w);
  if (kernelChannels !== channels) {
    throw new RangeError(`conv2d: expected a kernel for ${channels} channels, got one for ${kernelChannels}`);
  }
  const { rows, columns } = axes(inputs);
  for (let n = 0; n < samples; n++) {
    for (let oy = 0; oy < rows.outSize; oy++) {
      for (let ox = 0; ox < columns.outSize; ox++) {
        for (let ky = 0; ky < kernelHeight; ky++) {
          const iy = oy * strides[0] + ky * dilation[0] - rows.before;
          if (iy < 0 || iy >= height) continue;
          for (let kx = 0; kx < kernelWidth; kx++) {
            const ix = ox * strides[1] + kx * dilation[1] - columns.before;
            if (ix < 0 || ix >= width) continue;
            for (let i = 0; i < channels; i++) {
              const yi = ((n * rows.outSize + oy) * columns.outSize + ox) * filters;
              const xi = ((n * height + iy) * width + ix) * channels + i;
              const wi = ((ky * kernelWidth + kx) * channels + i) * filters;
              visit(yi, xi, wi, filters);
            }
          }
        }
      }
    }
  }
}
