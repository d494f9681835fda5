// Bundlers know this form: the worker becomes a file of its own, with the package in it.
const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });

const status = document.querySelector("#status");
const progress = document.querySelector("#progress");
const train = document.querySelector("#train");
const stop = document.querySelector("#stop");

function setTraining(training) {
  train.disabled = training;
  stop.disabled = !training;
}

train.addEventListener("click", () => {
  setTraining(true);
  worker.postMessage("train");
});
stop.addEventListener("click", () => worker.postMessage("stop"));

worker.addEventListener("message", ({ data }) => {
  if (data.kind === "epoch") {
    progress.value = data.done;
    status.textContent = `Loss ${data.loss.toFixed(3)}, accuracy ${(100 * data.accuracy).toFixed(1)} %`;
  } else {
    setTraining(false);
    const how = data.kind === "stopped" ? "Stopped" : "Done";
    status.textContent = `${how}: ${(100 * data.accuracy).toFixed(1)} % of new images right`;
  }
});
