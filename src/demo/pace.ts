/** How long a rate looks back, in milliseconds. */
const WINDOW = 3000;

/** How fast images are trained on. Time out, such as a pause or a test, does not count. */
export class Pace {
  #marks: { time: number; images: number }[] = [];
  #images = 0;

  /** Begins to measure, also after a time out. */
  start(now: number): void {
    this.#images = 0;
    this.#marks = [{ time: now, images: 0 }];
  }

  add(images: number, now: number): void {
    this.#images += images;
    this.#marks.push({ time: now, images: this.#images });
    while (this.#marks.length > 2 && this.#marks[0]!.time < now - WINDOW) this.#marks.shift();
  }

  /** Images a second, or undefined if it is too early to say. */
  get rate(): number | undefined {
    const first = this.#marks[0];
    const last = this.#marks.at(-1);
    if (!first || !last || last.time - first.time < 100) return undefined;
    return ((last.images - first.images) * 1000) / (last.time - first.time);
  }
}
