import type { Curves } from "./curves.js";
import { byId, create, setText } from "./dom.js";
import { count, percent } from "./format.js";
import type { Run } from "./run.js";
import type { Session } from "./session.js";

/** Which run the curves show, and which other one beside it. */
export function startRunsBar(session: Session, curves: Curves): void {
  const select = byId<HTMLSelectElement>("compare");
  let present: Run | undefined;

  select.addEventListener("change", () => {
    curves.other = session.runs.find(({ number }) => number === Number(select.value));
    curves.redraw();
  });

  const showRuns = () => {
    const [run, ...earlier] = session.runs;
    if (run !== present) {
      // The second run is compared with the first at once: that this can be done is then plain to see.
      if (earlier.length === 1) curves.other = earlier[0];
      present = run;
    }
    const weights = run?.fingerprint ? `, weights ${run.fingerprint}` : "";
    setText(byId("this-run"), run ? describe(run) + weights : "");
    const options = earlier.map((each) => {
      const result = each.testAccuracy === undefined ? "" : `, ${percent(each.testAccuracy, 2)}`;
      return create("option", { value: each.number, selected: each === curves.other }, describe(each) + result);
    });
    select.replaceChildren(create("option", { value: "" }, "no other run"), ...options);
    select.disabled = earlier.length === 0;
    byId("runs").classList.toggle("empty", !run);
  };
  session.on(["runs", "test"], showRuns);
  showRuns();
}

function describe({ number, parameters, settings: { batchSize, learningRate, seed } }: Run): string {
  return `Run ${number}: ${count(parameters)} parameters, batch ${batchSize}, rate ${learningRate}, seed ${seed}`;
}
