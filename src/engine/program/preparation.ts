import type { Call, Stage } from "./programData.js";
import { Region } from "./region.js";
import type { Weight } from "./weightRegions.js";

/** The prepare phase while it is recorded: copies of weights, each made once, in stages as copies are made of copies. */
export class Preparation {
  readonly #stages: Call[][] = [];
  readonly #made = new Map<string, Region>();
  readonly #ids = new Map<Region, number>();
  /** In which stage a copy is made. */
  readonly #stageOf = new Map<Region, number>();

  /** The copy that `kernel(copy, ...sources, ...dims)` makes: the same for the same sources, kernel and dims. @param make gives its region */
  copy(
    sources: Weight | Region | readonly (Weight | Region | 0)[],
    kernel: string,
    dims: readonly number[],
    make: () => Region,
  ): Region {
    const list = Array.isArray(sources) ? (sources as readonly (Weight | Region | 0)[]) : [sources as Weight];
    const regions = list.map((source) => (source === 0 || source instanceof Region ? source : source.value));
    const key = [...regions.map((region) => this.#id(region)), kernel, ...dims].join(" ");
    const made = this.#made.get(key);
    if (made) return made;
    const copy = make();
    const stage = Math.max(0, ...regions.map((region) => (region === 0 ? 0 : (this.#stageOf.get(region) ?? -1) + 1)));
    this.#stages[stage] ??= [];
    this.#stages[stage].push({ kernel, args: [copy, ...regions, ...dims] });
    this.#stageOf.set(copy, stage);
    this.#made.set(key, copy);
    return copy;
  }

  #id(region: Region | 0): number {
    if (region === 0) return -1;
    const id = this.#ids.get(region) ?? this.#ids.size;
    this.#ids.set(region, id);
    return id;
  }

  get stages(): readonly Stage[] {
    return this.#stages.map((calls) => ({ unit: "call", calls }));
  }
}
