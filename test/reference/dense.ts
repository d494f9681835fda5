import { dimensions2, type Tensor, tensor } from "./tensor.js";

/** y[n,u] = b[u] + sum over i of x[n,i] * w[i,u]; x (n, in), w (in, units), b (units), no b means zeros. */
export function denseForward({ x, w, b }: { x: Tensor; w: Tensor; b?: Tensor }): Tensor {
  const { samples, inputs, units } = sizes(x, w);
  const y = tensor([samples, units]);
  for (let n = 0; n < samples; n++) {
    for (let u = 0; u < units; u++) {
      let sum = b ? b.data[u]! : 0;
      for (let i = 0; i < inputs; i++) sum += x.data[n * inputs + i]! * w.data[i * units + u]!;
      y.data[n * units + u] = sum;
    }
  }
  return y;
}

/** dx[n,i] = sum over u of dy[n,u] * w[i,u]; dw[i,u] = sum over n of dy[n,u] * x[n,i]; db[u] = sum over n of dy. */
export function denseBackward({ dy, x, w }: { dy: Tensor; x: Tensor; w: Tensor }): {
  dx: Tensor;
  dw: Tensor;
  db: Tensor;
} {
  const { samples, inputs, units } = sizes(x, w);
  const dx = tensor(x.shape);
  const dw = tensor(w.shape);
  const db = tensor([units]);
  for (let n = 0; n < samples; n++) {
    for (let u = 0; u < units; u++) {
      const gradient = dy.data[n * units + u]!;
      db.data[u]! += gradient;
      for (let i = 0; i < inputs; i++) {
        dx.data[n * inputs + i]! += gradient * w.data[i * units + u]!;
        dw.data[i * units + u]! += gradient * x.data[n * inputs + i]!;
      }
    }
  }
  return { dx, dw, db };
}

function sizes(x: Tensor, w: Tensor) {
  const [samples, inputs] = dimensions2(x);
  const [rows, units] = dimensions2(w);
  if (rows !== inputs) throw new RangeError(`dense: expected a kernel of ${inputs} rows, got ${rows}`);
  return { samples, inputs, units };
}
