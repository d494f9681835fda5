import { byId, create, setText } from "./dom.js";
import { percent } from "./format.js";
import type { Live } from "./live.js";
import { pixelCanvas, showGray } from "./pixels.js";
import { bestOf } from "./testing.js";

/** The ten bars beside the drawing, the answer in words, and the drawing as the network gets it. */
export function startProbabilities(live: Live): void {
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const bar = create("span", { class: "bar" });
    const value = create("span", { class: "bar-value" }, "–");
    const row = create(
      "li",
      { class: "bar-row" },
      create("span", { class: "bar-digit" }, String(digit)),
      create("span", { class: "bar-track", "aria-hidden": true }, bar),
      value,
    );
    return { row, bar, value };
  });
  byId("bars").append(...rows.map(({ row }) => row));
  const seen = pixelCanvas(28, 28);
  byId("seen").append(seen);

  const show = () => {
    const { probabilities } = live;
    const best = probabilities ? bestOf(probabilities) : -1;
    for (const [digit, { row, bar, value }] of rows.entries()) {
      const share = probabilities?.[digit];
      bar.style.transform = `scaleX(${share ?? 0})`;
      setText(value, share === undefined ? "–" : percent(share));
      row.classList.toggle("best", digit === best);
    }
    setText(byId("answer"), best < 0 ? "–" : String(best));
    setText(byId("confidence"), probabilities ? `${percent(probabilities[best]!)} sure` : "nothing drawn yet");
    announce(best);
  };
  live.on("prediction", show);
  live.on("digit", () => showGray(seen, live.digit));
}

/** Says the answer once it has stayed the same for a moment: it may change many times a second. */
function announce(answer: number): void {
  const spoken = byId("spoken-answer");
  const text = answer < 0 ? "" : `The network reads ${answer}`;
  if (spoken.dataset.next === text) return;
  spoken.dataset.next = text;
  setTimeout(() => {
    if (spoken.dataset.next === text) setText(spoken, text);
  }, 1000);
}
