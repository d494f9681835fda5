import uPlot from "uplot";
import { byId, setText } from "./dom.js";
import { percent } from "./format.js";
import { perFrame } from "./pacing.js";
import type { Run } from "./run.js";
import type { Session } from "./session.js";
import { color, onThemeChange } from "./theme.js";

type Measure = "loss" | "accuracy";

const FONT = "12px system-ui, sans-serif";

/** The share of mistakes that is the top of the accuracy axis: fewer are drawn there. */
const LEAST_MISTAKES = 0.002;
const ACCURACY_TICKS = [0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998];

/** Accuracy by the order of magnitude of the mistakes: from 98 to 99 % is as far as from 80 to 90 %. */
const byMistakes: uPlot.Scale = {
  distr: 100,
  fwd: (accuracy) => -Math.log(Math.max(1 - accuracy, LEAST_MISTAKES)),
  bwd: (value) => 1 - Math.exp(-value),
  range: (_plot, min) => [ACCURACY_TICKS.findLast((tick) => tick <= (min ?? 0)) ?? 0, 1 - LEAST_MISTAKES],
};

const LOSS_TICKS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30];

const byMagnitude: uPlot.Scale = {
  distr: 3,
  range: (_plot, min, max) => (min === null || max === null ? [0.01, 3] : [min / 1.15, max * 1.15]),
};

/** The curves of loss and accuracy: the present run and, if wanted, another one beside it. */
export class Curves {
  /** The run to compare with. */
  other: Run | undefined;
  readonly #session: Session;
  readonly #plots: Record<Measure, uPlot>;
  readonly redraw = perFrame(() => this.#redraw());

  constructor(session: Session) {
    this.#session = session;
    this.#plots = {
      loss: this.#createPlot("loss", byMagnitude, LOSS_TICKS, String),
      accuracy: this.#createPlot("accuracy", byMistakes, ACCURACY_TICKS, (value) =>
        percent(value, value > 0.99 ? 1 : 0),
      ),
    };
    session.on(["step", "runs", "test", "model"], this.redraw);
    onThemeChange(this.redraw);
    this.#redraw();
  }

  #createPlot(measure: Measure, scale: uPlot.Scale, ticks: readonly number[], label: (value: number) => string): uPlot {
    const place = byId(`${measure}-plot`);
    const axis: uPlot.Axis = {
      stroke: () => color("muted"),
      grid: { stroke: () => color("line"), width: 1 },
      ticks: { show: false },
      font: FONT,
    };
    const line = (name: "accent" | "other", kind: "training" | "test"): uPlot.Series => ({
      stroke: () => color(name),
      width: kind === "test" ? 2.5 : 1.5,
      alpha: kind === "test" ? 1 : 0.6,
      spanGaps: true,
      points: { show: kind === "test", size: 7, fill: () => color(name) },
    });
    const plot = new uPlot(
      {
        ...sizeOf(place),
        legend: { show: false },
        cursor: { y: false, points: { size: 6 }, drag: { setScale: false }, sync: { key: "curves" } },
        scales: { x: { time: false, range: (_plot, _min, max) => [0, Math.max(1, max ?? 1)] }, y: scale },
        series: [
          {},
          line("other", "training"),
          line("other", "test"),
          line("accent", "training"),
          line("accent", "test"),
        ],
        axes: [
          {
            ...axis,
            size: 26,
            label: "epochs",
            labelSize: 18,
            labelFont: FONT,
            labelGap: 0,
            space: 60,
            incrs: [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50],
          },
          {
            ...axis,
            size: 52,
            gap: 4,
            values: (_plot, splits) => splits.map(label),
            splits: (_plot, _axis, min, max) => ticks.filter((tick) => tick >= min && tick <= max),
            // By itself a scale that is not linear labels powers of ten only.
            filter: (_plot, splits) => splits,
          },
        ],
        hooks: { setCursor: [(plot) => this.#showValue(plot, measure)] },
      },
      [[], [], [], [], []],
      place,
    );
    new ResizeObserver(() => plot.setSize(sizeOf(place))).observe(place);
    return plot;
  }

  #redraw(): void {
    const { run } = this.#session;
    for (const measure of ["loss", "accuracy"] as const) {
      const tables = [this.other, run].flatMap((each) =>
        (["training", "test"] as const).map((kind): uPlot.AlignedData => {
          const curve = each?.[kind];
          return [curve?.epoch.slice() ?? [], curve?.[measure].slice() ?? []];
        }),
      );
      this.#plots[measure].setData(uPlot.join(tables));
      describe(measure, run);
    }
    byId("curves-hint").hidden = run !== undefined;
  }

  /** The values under the pointer. */
  #showValue({ cursor, data }: uPlot, measure: Measure): void {
    const index = cursor.idx;
    const place = byId(`${measure}-value`);

    const text = (value: number) => (measure === "loss" ? value.toFixed(3) : percent(value));
    const nearest = (series: number) => {
      const values = data[series]!.slice(0, (index ?? -1) + 1) as (number | null | undefined)[];
      const value = values.findLast((each) => typeof each === "number");
      return typeof value === "number" ? text(value) : undefined;
    };
    const [training, test] = [nearest(3), nearest(4)];
    setText(place, [training && `training ${training}`, test && `test ${test}`].filter(Boolean).join(" · "));
  }
}

function sizeOf(place: HTMLElement) {
  return { width: place.clientWidth, height: place.clientHeight };
}

/** What the picture says, for those who do not see it. */
function describe(measure: Measure, run: Run | undefined): void {
  const last = run?.test[measure].at(-1);
  const now = run?.training[measure].at(-1);
  const text = (value: number | undefined) =>
    value === undefined ? "not known yet" : measure === "loss" ? value.toFixed(3) : percent(value);
  const place = byId(`${measure}-plot`);
  place.setAttribute(
    "aria-label",
    run
      ? `Curve of the ${measure}. Training: ${text(now)}, test: ${text(last)}`
      : `Curve of the ${measure}, still empty`,
  );
}
