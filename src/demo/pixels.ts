import { create } from "./dom.js";
import { colorParts } from "./theme.js";

/** A canvas of so many pixels; the style sheet says how large they are on the screen. */
export function pixelCanvas(width: number, height: number): HTMLCanvasElement {
  return create("canvas", { width, height, class: "pixels", "aria-hidden": true });
}

/** Bytes from paper to ink, as MNIST has them: ink is white on black here, whatever the theme. */
export function showGray(canvas: HTMLCanvasElement, bytes: ArrayLike<number> | undefined): void {
  paint(canvas, (i) => {
    const value = bytes?.[i] ?? 0;
    return [value, value, value];
  });
}

/** The colours of numbers: none at 0, full at `scale` above or below. Read once for many canvases. */
export function palette() {
  const zero = colorParts("paper");
  const positive = colorParts("positive");
  const negative = colorParts("negative");
  return (value: number, scale: number): Rgb => {
    const share = scale > 0 ? Math.min(1, Math.abs(value) / scale) : 0;
    const end = value < 0 ? negative : positive;
    return [mix(zero[0], end[0], share), mix(zero[1], end[1], share), mix(zero[2], end[2], share)];
  };
}

type Rgb = readonly [number, number, number];

function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

/** Gives each pixel, row by row, its colour. */
export function paint(canvas: HTMLCanvasElement, colorAt: (index: number) => Rgb): void {
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(canvas.width, canvas.height);
  for (let i = 0; i < canvas.width * canvas.height; i++) {
    const [r, g, b] = colorAt(i);
    image.data.set([r, g, b, 255], 4 * i);
  }
  context.putImageData(image, 0, 0);
}
