import { create } from "./dom.js";
import { count, plural } from "./format.js";
import type { Plan } from "./plan.js";

/** The layers with the shapes of their outputs and their parameters, as a table. */
export function summaryTable({ layers, parameters }: Plan): HTMLTableElement {
  const head = ["Layer", "Output", "Parameters"].map((title) => create("th", { scope: "col" }, title));
  const rows = layers.map(({ layer, shape, parameters: own }) =>
    create(
      "tr",
      {},
      create("th", { scope: "row" }, layer.name, " ", create("span", { class: "note" }, layer.className)),
      create("td", {}, shape.join(" × ")),
      create("td", {}, count(own)),
    ),
  );
  const kilobytes = `${count((4 * parameters) / 1024)} KB`;
  const foot = create("td", { colspan: 3 }, `${plural(parameters, "parameter")}, ${kilobytes}`);
  return create(
    "table",
    {},
    create("caption", { class: "hidden" }, "The layers of the network"),
    create("thead", {}, create("tr", {}, ...head)),
    create("tbody", {}, ...rows),
    create("tfoot", {}, create("tr", {}, foot)),
  );
}
