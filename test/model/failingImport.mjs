// Run as a process of its own, as the relaxed kernels cannot be imported in it: prints what comes of calls that need them.
import { register } from "node:module";
import { setFlagsFromString } from "node:v8";
import { layers, Sequential } from "wasm-cnn";

const load = `export async function load(url, context, next) {
  if (url.includes("relaxed.generated")) throw new Error("offline");
  return next(url, context);
}`;
register(`data:text/javascript,${encodeURIComponent(load)}`);
if (process.versions.node.startsWith("20.")) setFlagsFromString("--experimental-wasm-relaxed-simd");

const x = Float32Array.from({ length: 90 }, (_, i) => Math.sin(i));
const y = Array.from({ length: 30 }, (_, i) => (i % 2 ? [1, 0] : [0, 1]));
const settings = { optimizer: "rmsprop", loss: "categoricalCrossentropy" };
const make = () => new Sequential([layers.dense({ units: 2, activation: "softmax", inputShape: [3] })], { seed: 1 });

const [model, untouched] = [make(), make()];
const called = [];
model.compile({ ...settings, relaxed: true });
const calls = [
  () => model.fit(x, y, { callbacks: { onTrainBegin: () => called.push("onTrainBegin") } }),
  () => model.trainOnBatch(x, y),
  () => model.evaluate(x, y),
  () => model.predict(x),
];
const messages = [];
for (const call of calls) await call().catch(({ message }) => messages.push(message));
// The epochs count on, so a shuffle shows whether one was begun.
for (const each of [model, untouched]) {
  each.compile(settings);
  await each.fit(x, y, { batchSize: 7 });
}
const same = (await model.fingerprint()) === (await untouched.fingerprint());
console.log(JSON.stringify({ messages, called, same }));
