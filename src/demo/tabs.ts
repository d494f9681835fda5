import { byId } from "./dom.js";
import { Emitter } from "./emitter.js";

const NAMES = ["layers", "confusion", "mistakes"] as const;
export type TabName = (typeof NAMES)[number];

/** Three panels of which one is shown. The arrow keys go from tab to tab. */
export class Tabs extends Emitter<"change"> {
  shown: TabName = "layers";

  constructor() {
    super();
    for (const [i, name] of NAMES.entries()) {
      const tab = byId(`tab-${name}`);
      tab.addEventListener("click", () => this.show(name));
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (step === undefined) return;
        const next = NAMES[(i + step + NAMES.length) % NAMES.length]!;
        this.show(next);
        byId(`tab-${next}`).focus();
      });
    }
    this.show(this.shown);
  }

  show(shown: TabName): void {
    this.shown = shown;
    for (const name of NAMES) {
      const tab = byId(`tab-${name}`);
      tab.setAttribute("aria-selected", String(name === shown));
      tab.tabIndex = name === shown ? 0 : -1;
      byId(`panel-${name}`).hidden = name !== shown;
    }
    this.emit("change");
  }
}
