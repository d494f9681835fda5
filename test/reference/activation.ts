import { dimensions2, type Tensor, tensor } from "./tensor.js";

/** y = max(x, 0), and NaN for NaN. */
export function reluForward(x: Tensor): Tensor {
  return tensor(
    x.shape,
    x.data.map((value) => Math.max(value, 0)),
  );
}

/** dx = dy where y > 0, else 0; y is the output of the forward pass. */
export function reluBackward({ dy, y }: { dy: Tensor; y: Tensor }): Tensor {
  return tensor(
    y.shape,
    dy.data.map((gradient, i) => (y.data[i]! > 0 ? gradient : 0)),
  );
}

/** y[r,c] = exp(x[r,c] - max(x[r])) / sum over c of the same, along the last axis. */
export function softmaxForward(x: Tensor): Tensor {
  const [rows, columns] = dimensions2(x);
  const y = tensor(x.shape);
  for (let r = 0; r < rows; r++) {
    const row = x.data.subarray(r * columns, (r + 1) * columns);
    const max = Math.max(...row);
    const exponentials = row.map((value) => Math.exp(value - max));
    const sum = exponentials.reduce((total, value) => total + value, 0);
    y.data.set(
      exponentials.map((value) => value / sum),
      r * columns,
    );
  }
  return y;
}

/** dx[r,c] = y[r,c] * (dy[r,c] - sum over k of dy[r,k] * y[r,k]); y is the output of the forward pass. */
export function softmaxBackward({ dy, y }: { dy: Tensor; y: Tensor }): Tensor {
  const [rows, columns] = dimensions2(y);
  const dx = tensor(y.shape);
  for (let r = 0; r < rows; r++) {
    let dot = 0;
    for (let c = 0; c < columns; c++) dot += dy.data[r * columns + c]! * y.data[r * columns + c]!;
    for (let c = 0; c < columns; c++) {
      const i = r * columns + c;
      dx.data[i] = y.data[i]! * (dy.data[i]! - dot);
    }
  }
  return dx;
}
