import { testNote } from "./confusion.js";
import { type DigitImages, imageAt, SIDE } from "./digits.js";
import { byId, create, setText } from "./dom.js";
import { percent, plural } from "./format.js";
import { pixelCanvas, showGray } from "./pixels.js";
import type { Session } from "./session.js";
import type { Mistake } from "./testing.js";

const MOST = 60;

/** The test images that are read wrongly, the most confident first. One that is pressed comes to the drawing pad. */
export function startMistakes(session: Session, onImage: (image: Uint8Array) => void) {
  let only: { label: number; answer: number } | undefined;

  const show = async () => {
    const { test } = session;
    if (!test) only = undefined;
    const found = (test?.mistakes ?? []).filter(
      ({ label, answer }) => !only || (only.label === label && only.answer === answer),
    );
    const note = only ? `${plural(found.length, "image")} of ${only.label} read as ${only.answer}.` : testNote(session);
    const more = found.length > MOST ? ` The ${MOST} most confident mistakes:` : "";
    setText(byId("mistakes-note"), note + more);
    byId("all-mistakes").hidden = !only;
    byId("mistakes-list").hidden = !test;
    const images = (await session.digits.catch(() => undefined))?.test;
    if (!images || session.test !== test) return;
    byId("mistakes").replaceChildren(...found.slice(0, MOST).map((mistake) => item(mistake, images, onImage)));
  };

  const refresh = () => void show();
  byId("all-mistakes").addEventListener("click", () => {
    only = undefined;
    refresh();
  });
  for (const button of document.querySelectorAll<HTMLButtonElement>(".test-now")) {
    button.addEventListener("click", () => void session.testNow());
  }
  const showEmpty = () => {
    const waiting = session.busy && session.status !== "paused";
    for (const empty of document.querySelectorAll<HTMLElement>(".untested")) {
      empty.hidden = session.test !== undefined;
      const text = session.testing
        ? "Testing on 10,000 images it has never seen…"
        : waiting
          ? "The first results come with the end of the epoch. For earlier ones, press Pause and test."
          : "The network has not been tested yet.";
      setText(empty.querySelector("p")!, text);
      empty.querySelector("button")!.disabled = !session.canTest;
    }
    for (const again of document.querySelectorAll<HTMLButtonElement>(".test-again")) {
      again.hidden = session.tested || !session.canTest;
    }
  };
  session.on(["test", "model"], refresh);
  session.on(["test", "model", "status"], showEmpty);
  showEmpty();
  refresh();

  return {
    showOnly(label: number, answer: number) {
      only = { label, answer };
      refresh();
    },
  };
}

function item(mistake: Mistake, images: DigitImages, onImage: (image: Uint8Array) => void): HTMLElement {
  const { index, label, answer, confidence } = mistake;
  const image = imageAt(images, index);
  const canvas = pixelCanvas(SIDE, SIDE);
  showGray(canvas, image);
  const button = create(
    "button",
    { type: "button" },
    canvas,
    create("span", { class: "mistake-answer" }, `${label} → ${answer}`),
    create(
      "span",
      { class: "note" },
      percent(confidence),
      create("span", { class: "hidden" }, " sure. Put it on the pad"),
    ),
  );
  button.addEventListener("click", () => onImage(image));
  return create("li", {}, button);
}
