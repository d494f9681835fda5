import { byId } from "./dom.js";
import type { Session } from "./session.js";

/** The graph of the network as a picture. What draws it is fetched when somebody opens it. */
export function startGraphView(session: Session): void {
  const details = byId<HTMLDetailsElement>("graph");
  const show = async () => {
    if (!details.open) return;
    const { plotModel } = await import("wasm-cnn/plot");
    const text = plotModel(session.model, { showShapes: true, showLayerNames: true, showLayerActivations: true });
    const picture = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    byId("graph-picture").replaceChildren(picture);
  };
  details.addEventListener("toggle", show);
  session.on("model", show);
}
