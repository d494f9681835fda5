import { byId, create, setText } from "./dom.js";
import { fieldProblem } from "./fields.js";
import { LAYER_TITLES, layerRow } from "./layerRow.js";
import { type LayerKind, type LayerSpec, PRESETS } from "./network.js";
import { planNetwork, withLayer } from "./plan.js";
import type { Session } from "./session.js";
import { summaryTable } from "./summary.js";
import { readSettings } from "./trainPanel.js";

/** Between the last key and the new summary, in milliseconds. */
const REST = 200;
/** What the list of networks says of one that is none of them. */
const OWN = "your own";

/** The layers as a list that can be changed, a summary of them, and what is wrong where they do not fit. */
export function startEditor(session: Session): void {
  let specs: LayerSpec[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const preset = byId<HTMLSelectElement>("preset");
  const newLayer = byId<HTMLSelectElement>("new-layer");

  const check = () => {
    const plan = planNetwork(specs);
    const problem = layersProblem() || plan.problem;
    if (!problem) byId("summary").replaceChildren(summaryTable(plan));
    session.setNetwork(problem ? undefined : specs.map(copyOf), readSettings());
    setText(byId("network-problem"), problem);
    byId("network-card").classList.toggle("broken", problem !== "");
    preset.value = presetOf(specs) ?? OWN;
    offerLayers(newLayer, specs);
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

  preset.append(
    ...Object.keys(PRESETS).map((name) => create("option", {}, name)),
    create("option", { hidden: true, disabled: true }, OWN),
  );
  preset.addEventListener("change", () => {
    specs = PRESETS[preset.value]!.map(copyOf);
    show();
  });
  newLayer.append(...Object.entries(LAYER_TITLES).map(([value, title]) => create("option", { value }, title)));
  byId("add-layer").addEventListener("click", () => {
    const added = withLayer(specs, newLayer.value as LayerKind);
    if (!added) return;
    specs = added.specs;
    show({ index: added.index, action: "remove" });
  });
  session.on(["status", "runs"], () => showNote(session));
  session.on("opened", () => {
    specs = (session.specs ?? specs).map(copyOf);
    show();
  });
  specs = (session.specs ?? []).map(copyOf);
  show();
}

function copyOf({ kind, options }: LayerSpec): LayerSpec {
  return { kind, options: { ...options } };
}

/** What is wrong with the first field that is wrong. */
function layersProblem(): string {
  const fields = byId("layers").querySelectorAll<HTMLInputElement>("input");
  return Array.from(fields, (field) => fieldProblem(field, field.ariaLabel!)).find((problem) => problem !== "") ?? "";
}

function presetOf(specs: readonly LayerSpec[]): string | undefined {
  const text = JSON.stringify(specs);
  return Object.entries(PRESETS).find(([, preset]) => JSON.stringify(preset) === text)?.[0];
}

/** Only kinds that fit somewhere can be chosen. */
function offerLayers(select: HTMLSelectElement, specs: readonly LayerSpec[]): void {
  for (const option of select.options) option.disabled = !withLayer(specs, option.value as LayerKind);
  if (select.selectedOptions[0]?.disabled !== false) {
    const first = Array.from(select.options).find(({ disabled }) => !disabled);
    if (first) select.value = first.value;
  }
  byId<HTMLButtonElement>("add-layer").disabled = select.selectedOptions[0]?.disabled !== false;
}

/** After a change the list is made anew: the focus goes on where it was. */
function focusRow(row: HTMLElement | undefined, action: string): void {
  const button = row?.querySelector<HTMLButtonElement>(`[data-action="${action}"]`);
  if (button && !button.disabled) button.focus();
  else row?.querySelector<HTMLElement>("button:not(:disabled)")?.focus();
}

function showNote({ run }: Session): void {
  setText(byId("network-note"), run ? "Changes take effect when you train a new network." : "");
}
