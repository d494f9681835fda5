import { dimensions2, type Tensor, tensor } from "./tensor.js";

/** correct[n] = 1 where argmax(t[n]) = argmax(p[n]), the first maximum; accuracy is its mean; t and p (n, classes). */
export function categoricalAccuracy({ t, p }: { t: Tensor; p: Tensor }): { correct: Tensor; accuracy: number } {
  const [samples, classes] = dimensions2(p);
  const correct = tensor([samples]);
  for (let n = 0; n < samples; n++) {
    if (argmax(t.data, n * classes, classes) === argmax(p.data, n * classes, classes)) correct.data[n] = 1;
  }
  return { correct, accuracy: correct.data.reduce((sum, value) => sum + value, 0) / samples };
}

function argmax(values: Float64Array, start: number, length: number): number {
  let best = 0;
  for (let c = 1; c < length; c++) if (values[start + c]! > values[start + best]!) best = c;
  return best;
}
