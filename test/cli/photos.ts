import { random } from "../reference/random.js";

export interface Photo {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A digit of MNIST (28 x 28 bytes) as if drawn with a dark pen on white: 300 x 240, grey. */
export function drawn(digit: Uint8Array): Photo {
  const [width, height, scale] = [300, 240, 5];
  const data = new Uint8Array(width * height).fill(255);
  enlarge(digit, scale, (x, y, ink) => {
    data[(y + 60) * width + x + 100] = 255 - ink;
  });
  return { data, width, height };
}

/** The same on grey paper under a light that falls off to one side, with noise and specks of dirt: 320 x 400. */
export function photographed(digit: Uint8Array, seed: number): Photo {
  const [width, height, scale] = [320, 400, 7];
  const values = random(seed);
  const noise = values.tensor([width * height]).data;
  const paper = Float64Array.from(
    { length: width * height },
    (_, i) => 120 + (100 * (i % width)) / width + 5 * noise[i]!,
  );
  enlarge(digit, scale, (x, y, ink) => {
    paper[(y + 110) * width + x + 40]! *= 1 - (0.75 * ink) / 255;
  });
  for (let speck = 0; speck < 6; speck++) {
    const at = Math.floor(Math.abs(noise[speck]!) * 1e4) % (width * (height - 2));
    for (const step of [0, 1, width]) paper[at + step] = 60;
  }
  return { data: Uint8Array.from(paper, (value) => Math.min(255, Math.max(0, Math.round(value)))), width, height };
}

/** Calls `set` for each pixel of the enlarged digit, smoothed between its pixels. */
function enlarge(digit: Uint8Array, scale: number, set: (x: number, y: number, ink: number) => void): void {
  const at = (x: number, y: number) => (x >= 0 && y >= 0 && x < 28 && y < 28 ? digit[28 * y + x]! : 0);
  for (let y = 0; y < 28 * scale; y++) {
    for (let x = 0; x < 28 * scale; x++) {
      const [u, v] = [x / scale - 0.5, y / scale - 0.5];
      const [left, top] = [Math.floor(u), Math.floor(v)];
      const [a, b] = [u - left, v - top];
      const upper = (1 - a) * at(left, top) + a * at(left + 1, top);
      const lower = (1 - a) * at(left, top + 1) + a * at(left + 1, top + 1);
      set(x, y, (1 - b) * upper + b * lower);
    }
  }
}
