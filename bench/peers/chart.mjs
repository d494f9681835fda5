import { parse, View } from "vega";
import { compile } from "vega-lite";

// Vega-Lite, as it draws SVG from a description without a browser or a DOM.

const TITLES = { train: "Training, batch 64", infer64: "Inference, batch 64" };
const OURS = "wasm-cnn";
/** Readable on white and on black; text follows the reader's colour scheme. */
const STYLE = `<style>
text { fill: #1f2328; font-family: system-ui, sans-serif }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } }
</style>`;

const number = (value) => (value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toPrecision(2));

/** An SVG: for each task a bar for each library, with images/s and how many times faster ours is. */
export async function chart(rows, subtitle) {
  const bars = rows
    .filter(({ task, theirs }) => TITLES[task] && theirs)
    .map(({ task, name, label, version, theirs, ratio }) => ({
      task: TITLES[task],
      label: `${label} ${version}`,
      rate: theirs.median,
      ours: name === OURS,
      text: ratio ? `${number(theirs.median)}   (wasm-cnn: x ${number(ratio.median)})` : number(theirs.median),
    }));
  const panel = (title) => {
    const values = bars.filter(({ task }) => task === title).sort((a, b) => b.rate - a.rate);
    return {
      title: { text: title, anchor: "start", fontSize: 13 },
      width: 420,
      height: { step: 20 },
      data: { values },
      encoding: {
        y: {
          field: "label",
          type: "nominal",
          sort: values.map(({ label }) => label),
          axis: { title: null, ticks: false, domain: false, labelLimit: 0 },
        },
        x: { field: "rate", type: "quantitative", axis: null, scale: { domainMin: 0 } },
      },
      layer: [
        {
          mark: { type: "bar", height: 13 },
          encoding: {
            color: {
              field: "ours",
              type: "nominal",
              legend: null,
              scale: { domain: [true, false], range: ["#d9480f", "#7f8ea3"] },
            },
          },
        },
        { mark: { type: "text", align: "left", dx: 5 }, encoding: { text: { field: "text" } } },
      ],
    };
  };
  const spec = {
    background: null,
    config: { view: { stroke: null }, font: "sans-serif", axis: { labelFontSize: 11 } },
    title: { text: "Images a second, more is better", subtitle, anchor: "start", offset: 12 },
    vconcat: Object.values(TITLES)
      .filter((title) => bars.some(({ task }) => task === title))
      .map(panel),
  };
  const svg = await new View(parse(compile(spec).spec), { renderer: "none" }).toSVG();
  return `${svg.replace(/(<svg[^>]*>)/, `$1${STYLE}`)}\n`;
}
