import { SIDE } from "./digits.js";
import { create } from "./dom.js";
import type { LayerKind, LayerSpec } from "./network.js";

interface Field {
  readonly option: string;
  readonly label: string;
  /** What can be chosen. */
  readonly choices?: readonly string[];
  /** Without choices: the greatest number that can be typed. */
  readonly max?: number;
}

const ACTIVATIONS = ["relu", "linear", "softmax"];

const FIELDS: Record<LayerKind, readonly Field[]> = {
  conv2d: [
    { option: "filters", label: "filters", max: 512 },
    { option: "kernelSize", label: "kernel", max: SIDE },
    { option: "padding", label: "padding", choices: ["valid", "same"] },
    { option: "activation", label: "activation", choices: ACTIVATIONS },
  ],
  maxPooling2d: [{ option: "poolSize", label: "window", max: SIDE }],
  flatten: [],
  dense: [
    { option: "units", label: "units", max: 4096 },
    { option: "activation", label: "activation", choices: ACTIVATIONS },
  ],
};

export const LAYER_TITLES: Record<LayerKind, string> = {
  conv2d: "Convolution",
  maxPooling2d: "Max pooling",
  flatten: "Flatten",
  dense: "Dense",
};

export interface RowActions {
  /** An option of the layer has been changed. */
  change(): void;
  move(by: 1 | -1): void;
  remove(): void;
}

/** One layer of the editor: its options, and buttons to move and remove it. The options are written into `spec`. */
export function layerRow(spec: LayerSpec, index: number, count: number, actions: RowActions): HTMLElement {
  const title = LAYER_TITLES[spec.kind];
  const name = `${title}, layer ${index + 1}`;
  const fields = FIELDS[spec.kind].map((field) => {
    const input = fieldInput(spec, field, name);
    input.addEventListener("input", () => {
      spec.options[field.option] = field.choices ? input.value : input.value === "" ? Number.NaN : Number(input.value);
      actions.change();
    });
    return create(
      "label",
      { class: "layer-field" },
      create("span", { class: field.choices ? "hidden" : "shown" }, field.label),
      input,
    );
  });
  const button = (action: string, sign: string, label: string, disabled: boolean, act: () => void) => {
    const element = create(
      "button",
      {
        type: "button",
        class: "quiet",
        "data-action": action,
        "aria-label": `${label} ${name}`,
        title: label,
        disabled,
      },
      sign,
    );
    element.addEventListener("click", act);
    return element;
  };
  return create(
    "li",
    { class: "layer" },
    create("span", { class: "layer-title" }, title),
    create("div", { class: "layer-fields" }, ...fields),
    create(
      "div",
      { class: "layer-actions" },
      button("up", "↑", "Move up", index === 0, () => actions.move(-1)),
      button("down", "↓", "Move down", index === count - 1, () => actions.move(1)),
      button("remove", "×", "Remove", false, () => actions.remove()),
    ),
  );
}

function fieldInput({ options }: LayerSpec, { option, label, choices, max = 1 }: Field, name: string) {
  const value = String(options[option]);
  const described = { "aria-label": `${label} of ${name}` };
  if (!choices) return create("input", { type: "number", min: 1, max, inputmode: "numeric", value, ...described });
  return create(
    "select",
    described,
    ...choices.map((choice) => create("option", { selected: choice === value }, choice)),
  );
}
