import { byId, create, setText } from "./dom.js";
import { layerRow } from "./layerRow.js";
import { buildModel, type LayerKind, type LayerSpec, newLayer, PRESETS } from "./network.js";
import type { Session } from "./session.js";
import { readSettings } from "./trainPanel.js";

/** Between the last key and the new summary, in milliseconds. */
const REST = 200;

/** The layers as a list that can be changed, the library's summary of them, and its error where they do not fit. */
export function startEditor(session: Session): void {
  let specs: LayerSpec[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const check = () => {
    let problem = "";
    try {
      const model = buildModel(specs, readSettings());
      setText(byId("summary"), model.summary({ print: () => {}, lineLength: charactersOf(byId("summary")) }));
      session.setNetwork(specs.map(copyOf), model);
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
      session.setNetwork(undefined);
    }
    setText(byId("network-problem"), problem);
    byId("network-card").classList.toggle("broken", problem !== "");
  };
  const checkSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(check, REST);
  };

  const show = (focus?: { index: number; action: string }) => {
    const rows = specs.map((spec, index) =>
      layerRow(spec, index, specs.length, {
        change: checkSoon,
        move: (by) => {
          const [moved] = specs.splice(index, 1);
          specs.splice(index + by, 0, moved!);
          show({ index: index + by, action: by < 0 ? "up" : "down" });
        },
        remove: () => {
          specs.splice(index, 1);
          show({ index: Math.min(index, specs.length - 1), action: "remove" });
        },
      }),
    );
    byId("layers").replaceChildren(...rows);
    if (focus) focusRow(rows[focus.index], focus.action);
    check();
  };

  const preset = byId<HTMLSelectElement>("preset");
  preset.append(...Object.keys(PRESETS).map((name) => create("option", {}, name)));
  const usePreset = () => {
    specs = PRESETS[preset.value]!.map(copyOf);
    show();
  };
  preset.addEventListener("change", usePreset);
  byId("add-layer").addEventListener("click", () => {
    const kind = byId<HTMLSelectElement>("new-layer").value as LayerKind;
    // The last layer gives the answer, so a new one comes before it.
    const index = Math.max(0, specs.length - 1);
    specs.splice(index, 0, newLayer(kind));
    show({ index, action: "remove" });
  });
  session.on(["status", "runs"], () => showNote(session));
  session.on("opened", () => {
    specs = (session.specs ?? specs).map(copyOf);
    show();
  });
  usePreset();
}

function copyOf({ kind, options }: LayerSpec): LayerSpec {
  return { kind, options: { ...options } };
}

/** After a change the list is made anew: the focus goes on where it was. */
function focusRow(row: HTMLElement | undefined, action: string): void {
  const button = row?.querySelector<HTMLButtonElement>(`[data-action="${action}"]`);
  if (button && !button.disabled) button.focus();
  else row?.querySelector<HTMLElement>("button:not(:disabled)")?.focus();
}

function showNote({ run }: Session): void {
  setText(byId("network-note"), run ? "Changes take effect with the next new run." : "");
}

/** How many characters of a table fit side by side. */
function charactersOf(element: HTMLElement): number {
  const style = getComputedStyle(element);
  const ruler = create("canvas").getContext("2d")!;
  ruler.font = `${style.fontSize} ${style.fontFamily}`;
  const room = element.clientWidth - 2 * Number.parseFloat(style.paddingLeft);
  return Math.min(76, Math.max(36, Math.floor(room / ruler.measureText("─").width)));
}
