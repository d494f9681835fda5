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
      // The second run is compared with the first at once, and so are those of an earlier visit: that this can be done is
      // then plain to see.
      if (earlier.length === 1 || !present) curves.other = earlier[0];
      present = run;
    }
    const weights = run?.fingerprint ? `, weights ${run.fingerprint}` : "";
    setText(byId("this-run"), run ? `Run ${run.number}: ${settingsOf(run)}${weights}` : "");
    // What it has come to is first: the list may be too narrow for all of it.
    const options = earlier.map((each) => {
      const result = each.testAccuracy === undefined ? "not tested" : percent(each.testAccuracy, 2);
      const text = `Run ${each.number}, ${result}: ${settingsOf(each)}`;
      return create("option", { value: each.number, selected: each === curves.other }, text);
    });
    select.replaceChildren(create("option", { value: "" }, "no other run"), ...options);
    select.disabled = earlier.length === 0;
    byId("runs").classList.toggle("empty", !run);
  };
  session.on(["runs", "test"], showRuns);
  showRuns();
}

function settingsOf({ parameters, settings: { batchSize, learningRate, seed } }: Run): string {
  return `${count(parameters)} parameters, batch ${batchSize}, rate ${learningRate}, seed ${seed}`;
}
