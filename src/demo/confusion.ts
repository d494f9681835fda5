import { byId, create, setText } from "./dom.js";
import { count, percent, plural } from "./format.js";
import type { Session } from "./session.js";

/** Pairs in the list of what is confused most. */
const MOST_PAIRS = 6;

/** The table of what was read for what, and the pairs that are confused most. A wrong cell leads to its images. */
export function startConfusion(session: Session, onCell: (label: number, answer: number) => void): void {
  const digits = Array.from({ length: 10 }, (_, digit) => digit);
  const cells = digits.map((label) =>
    digits.map((answer) => {
      const button = create("button", { type: "button", disabled: true });
      button.addEventListener("click", () => onCell(label, answer));
      return button;
    }),
  );
  const head = create("tr", {}, create("td"), ...digits.map((d) => create("th", { scope: "col" }, String(d))));
  const rows = digits.map((label) =>
    create(
      "tr",
      {},
      create("th", { scope: "row" }, String(label)),
      ...cells[label]!.map((button) => create("td", {}, button)),
    ),
  );
  byId("confusion").append(create("thead", {}, head), create("tbody", {}, ...rows));

  const show = () => {
    const { test } = session;
    byId("confusion-table").hidden = !test;
    for (const label of digits) {
      const row = test?.confusion[label] ?? [];
      const total = row.reduce((sum, value) => sum + value, 0);
      for (const answer of digits) {
        const value = row[answer] ?? 0;
        const button = cells[label]![answer]!;
        setText(button, value === 0 ? "" : String(value));
        const right = label === answer;
        button.className = right ? "right" : "wrong";
        // The root makes single mistakes visible beside a thousand right answers.
        button.style.setProperty("--share", String(Math.sqrt(value / Math.max(total, 1))));
        button.disabled = right || value === 0;
        button.setAttribute("aria-label", `${value} ${value === 1 ? "image" : "images"} of ${label} read as ${answer}`);
      }
    }
    setText(byId("confusion-note"), test ? testNote(session) : "");
    byId("confused").replaceChildren(...mostConfused(test?.confusion ?? []).map((pair) => pairItem(pair, onCell)));
  };
  session.on(["test", "model"], show);
  show();
}

interface Pair {
  readonly label: number;
  readonly answer: number;
  readonly images: number;
}

function mostConfused(confusion: readonly (readonly number[])[]): Pair[] {
  return confusion
    .flatMap((row, label) => row.map((images, answer) => ({ label, answer, images })))
    .filter(({ label, answer, images }) => label !== answer && images > 0)
    .sort((a, b) => b.images - a.images)
    .slice(0, MOST_PAIRS);
}

function pairItem({ label, answer, images }: Pair, onCell: (label: number, answer: number) => void): HTMLElement {
  const button = create(
    "button",
    { type: "button" },
    create("span", {}, `${label} read as ${answer}`),
    " ",
    create("span", { class: "note" }, plural(images, "image")),
  );
  button.addEventListener("click", () => onCell(label, answer));
  return create("li", {}, button);
}

/** What a test was and how it went: `9,871 of 10,000 test images read rightly (98.7 %), after 2 epochs`. */
export function testNote({ test }: Session): string {
  if (!test) return "";
  const right = count(test.images - test.mistakes.length);
  const when = test.epoch === 0 ? "before any training" : `after ${plural(Number(test.epoch.toFixed(2)), "epoch")}`;
  return `${right} of ${count(test.images)} test images right (${percent(test.accuracy, 2)}), ${when}.`;
}
