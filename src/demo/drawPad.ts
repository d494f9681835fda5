import { centerDigit } from "wasm-cnn";
import { SIDE } from "./digits.js";
import { byId } from "./dom.js";
import { color, onThemeChange } from "./theme.js";

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Side of the drawing in units of its own, whatever size it has on the screen. */
const UNITS = 280;
/** Width of the pen: about two of MNIST's pixels for a digit of the usual size. */
const PEN = 20;

/** The canvas to draw on: strokes from mouse, pen and touch, or an image from the data. */
export class DrawPad {
  readonly #canvas = byId<HTMLCanvasElement>("pad");
  readonly #context = this.#canvas.getContext("2d")!;
  /** The same strokes without the screen's colours and resolution: what is measured. */
  readonly #ink = Object.assign(document.createElement("canvas"), { width: UNITS, height: UNITS });
  readonly #inkContext = this.#ink.getContext("2d", { willReadFrequently: true })!;
  readonly #onDigit: (digit: Uint8Array | undefined) => void;
  #strokes: Point[][] = [];
  #image: Uint8Array | undefined;

  constructor(onDigit: (digit: Uint8Array | undefined) => void) {
    this.#onDigit = onDigit;
    const canvas = this.#canvas;
    canvas.addEventListener("pointerdown", (event) => this.#begin(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("keydown", (event) => {
      if (["Escape", "Delete", "Backspace"].includes(event.key)) this.clear();
    });
    byId("clear").addEventListener("click", () => this.clear());
    new ResizeObserver(() => this.#resize()).observe(canvas);
    onThemeChange(() => this.#draw());
  }

  clear(): void {
    this.#strokes = [];
    this.#image = undefined;
    this.#changed();
  }

  /** Shows an image of MNIST in place of strokes. */
  show(image: Uint8Array): void {
    this.#strokes = [];
    this.#image = image;
    this.#changed();
  }

  #begin(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.#canvas.focus({ preventScroll: true });
    this.#canvas.setPointerCapture(event.pointerId);
    this.#image = undefined;
    this.#strokes.push([this.#pointOf(event)]);
    this.#changed();
  }

  #move(event: PointerEvent): void {
    if (!this.#canvas.hasPointerCapture(event.pointerId)) return;
    const stroke = this.#strokes.at(-1);
    if (!stroke) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length > 0 ? events : [event]) stroke.push(this.#pointOf(each));
    this.#changed();
  }

  #pointOf(event: PointerEvent): Point {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    return { x: ((event.clientX - left) / width) * UNITS, y: ((event.clientY - top) / height) * UNITS };
  }

  #changed(): void {
    this.#draw();
    this.#onDigit(this.#image ?? this.#measure());
    const empty = !this.#image && this.#strokes.length === 0;
    byId("pad-hint").hidden = !empty;
    byId<HTMLButtonElement>("clear").disabled = empty;
  }

  #measure(): Uint8Array | undefined {
    if (this.#strokes.length === 0) return undefined;
    this.#inkContext.clearRect(0, 0, UNITS, UNITS);
    this.#paint(this.#inkContext, "#fff");
    const { data } = centerDigit(this.#inkContext.getImageData(0, 0, UNITS, UNITS));
    return data.some((value) => value > 0) ? data : undefined;
  }

  #resize(): void {
    const side = Math.round(this.#canvas.clientWidth * devicePixelRatio);
    if (side === 0 || this.#canvas.width === side) return;
    this.#canvas.width = side;
    this.#canvas.height = side;
    this.#draw();
  }

  #draw(): void {
    const { width } = this.#canvas;
    this.#context.setTransform(1, 0, 0, 1, 0, 0);
    this.#context.clearRect(0, 0, width, width);
    this.#context.scale(width / UNITS, width / UNITS);
    if (this.#image) this.#paintImage(this.#image);
    else this.#paint(this.#context, color("ink"));
  }

  #paint(context: CanvasRenderingContext2D, style: string): void {
    context.lineWidth = PEN;
    context.lineCap = "round";
    context.lineJoin = "round";
    context.strokeStyle = style;
    for (const [first, ...rest] of this.#strokes) {
      context.beginPath();
      context.moveTo(first!.x, first!.y);
      // A point alone is a line of no length, which only some engines draw.
      if (rest.length === 0) context.lineTo(first!.x + 0.01, first!.y);
      for (const { x, y } of rest) context.lineTo(x, y);
      context.stroke();
    }
  }

  #paintImage(image: Uint8Array): void {
    const cell = UNITS / SIDE;
    this.#context.fillStyle = color("ink");
    for (const [i, value] of image.entries()) {
      if (value === 0) continue;
      this.#context.globalAlpha = value / 255;
      this.#context.fillRect((i % SIDE) * cell, Math.floor(i / SIDE) * cell, cell + 0.5, cell + 0.5);
    }
    this.#context.globalAlpha = 1;
  }
}
