import { SIDE } from "./digits.js";
import { byId, create, setText } from "./dom.js";
import type { Activations, Live } from "./live.js";
import { coalesced } from "./pacing.js";
import { paint, palette, pixelCanvas } from "./pixels.js";
import type { Session } from "./session.js";
import type { Tabs } from "./tabs.js";
import { onThemeChange } from "./theme.js";

/** Maps of a layer that are shown; more would only be smaller. */
const MOST_MAPS = 32;
/** Between two looks at the filters, in milliseconds. */
const REST = 300;
interface MapSet {
  readonly title: string;
  readonly note: string;
  readonly width: number;
  readonly height: number;
  readonly count: number;
  /** The number at a pixel of a map. */
  readonly at: (map: number, pixel: number) => number;
  /** The greatest magnitude. */
  readonly scale: number;
}

/** The filters of the first layer and what each layer makes of the drawn digit. */
export function startLayersView(session: Session, live: Live, tabs: Tabs): void {
  const watched = () => tabs.shown === "layers" && visible;
  let visible = false;
  const filters = new MapRows(byId("filters"));
  const maps = new MapRows(byId("maps"));
  const showFilters = coalesced(async () => {
    if (watched()) filters.show(filterSets(session));
  }, REST);
  const showMaps = () => {
    byId("maps-hint").hidden = live.digit !== undefined;
    maps.show(live.activations ? mapSets(live.activations) : []);
  };
  const changed = () => {
    live.watchActivations(watched());
    showFilters();
  };
  new IntersectionObserver(([entry]) => {
    visible = entry!.isIntersecting;
    changed();
  }).observe(byId("panel-layers"));
  tabs.on("change", changed);
  session.on(["step", "model"], showFilters);
  live.on(["digit", "activations"], showMaps);
  onThemeChange(() => {
    showFilters();
    showMaps();
  });
}

/** The first weights that can be seen as pictures: kernels of a convolution, or one weight for each pixel of the image. */
function filterSets({ model }: Session): MapSet[] {
  const weights = model.getWeights()[0];
  if (!weights) return [];
  const { data, shape, name } = weights;
  const [height, width, channels, count] = shape.length === 4 ? shape : [SIDE, SIDE, 1, shape.at(-1)];
  if (!height || !width || !channels || !count || height * width * channels * count !== data.length) return [];
  return [
    {
      title: "First-layer filters",
      note: `${name}, ${height} × ${width}`,
      ...{ width, height, count },
      at: (map, pixel) => data[pixel * channels * count + map]!,
      scale: greatest(data),
    },
  ];
}

function mapSets(activations: Activations): MapSet[] {
  return Object.entries(activations)
    .filter(([name]) => !/^(rescaling|flatten)/.test(name))
    .map(([name, { data, shape }]) => {
      const [height = 1, width = 1, channels = 1] = shape.length === 4 ? shape.slice(1) : [1, 1, shape.at(-1)];
      return {
        title: name,
        note: shape.length === 4 ? `${height} × ${width}, ${channels} maps` : `${channels} numbers`,
        ...{ width, height, count: channels },
        at: (map: number, pixel: number) => data[pixel * channels + map]!,
        scale: greatest(data),
      };
    });
}

function greatest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** Rows of small pictures. What fits stays in place, so that nothing jumps while the numbers change. */
class MapRows {
  readonly #place: HTMLElement;
  #key = "";
  #canvases: HTMLCanvasElement[][] = [];

  constructor(place: HTMLElement) {
    this.#place = place;
  }

  show(sets: readonly MapSet[]): void {
    const key = sets.map(({ title, note, count }) => `${title} ${note} ${count}`).join("\n");
    if (key !== this.#key) this.#build(sets);
    this.#key = key;
    const colorOf = palette();
    for (const [i, { at, scale }] of sets.entries()) {
      for (const [map, canvas] of this.#canvases[i]!.entries()) {
        paint(canvas, (pixel) => colorOf(at(map, pixel), scale));
      }
    }
  }

  #build(sets: readonly MapSet[]): void {
    this.#canvases = sets.map(({ width, height, count }) =>
      Array.from({ length: Math.min(count, width * height === 1 ? count : MOST_MAPS) }, () =>
        pixelCanvas(width, height),
      ),
    );
    const rows = sets.map(({ title, note, count, width, height }, i) => {
      const canvases = this.#canvases[i]!;
      const shown = canvases.length < count ? `${note}, ${canvases.length} shown` : note;
      const heading = create("h3", {}, title);
      const pictures = create(
        "div",
        {
          class: width * height === 1 ? "map-row numbers" : "map-row",
          role: "img",
          "aria-label": `${title}: ${shown}`,
        },
        ...canvases,
      );
      const subtitle = create("p", { class: "note" });
      setText(subtitle, shown);
      return create("section", { class: "maps" }, create("div", { class: "maps-title" }, heading, subtitle), pictures);
    });
    this.#place.replaceChildren(...rows);
  }
}
