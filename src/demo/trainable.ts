import { type LoadedModel, type ModelSnapshot, RMSprop, Sequential } from "wasm-cnn";
import { DIGITS, PIXELS, SIDE } from "./digits.js";

export interface Trainable {
  readonly model: Sequential;
  readonly snapshot: ModelSnapshot;
}

/**
 * A model for these digits that can be trained. One that holds no settings of training gets those of the page.
 * @throws Error in the page's words for a model of other images or answers; what the library throws for a damaged one
 */
export async function readTrainable(read: () => Promise<LoadedModel>, learningRate: number): Promise<Trainable> {
  const model = await read();
  if (!(model instanceof Sequential)) {
    model.dispose();
    throw new Error("This network is a graph of layers, and the page shows chains.");
  }
  try {
    let snapshot = await model.snapshot();
    checkInput(snapshot);
    await checkAnswer(model);
    if (!snapshot.compiled) {
      model.compile({
        optimizer: new RMSprop({ learningRate }),
        loss: "categoricalCrossentropy",
        metrics: ["accuracy"],
      });
      snapshot = await model.snapshot();
    }
    // Whatever else may be wrong shows here, and not in the first step.
    await model.evaluate(blank(), {
      data: Float32Array.of(1, ...new Array<number>(DIGITS - 1).fill(0)),
      shape: [1, DIGITS],
    });
    return { model, snapshot };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

function blank() {
  return { data: new Uint8Array(PIXELS), shape: [1, SIDE, SIDE, 1] };
}

function checkInput({ inputShape }: ModelSnapshot): void {
  if (!inputShape || inputShape.join() === [SIDE, SIDE, 1].join()) return;
  throw new Error(
    `This network is not for these digits: it takes ${times(inputShape)} numbers, and an image here has ${SIDE} × ${SIDE} × 1.`,
  );
}

async function checkAnswer(model: Sequential): Promise<void> {
  const { shape } = await model.predict(blank());
  if (shape.length === 2 && shape[1] === DIGITS) return;
  throw new Error(
    `This network is not for these digits: it answers with ${times(shape.slice(1))} numbers, and there are ${DIGITS} digits.`,
  );
}

function times(shape: readonly (number | null)[]): string {
  return shape.map((size) => size ?? "any").join(" × ");
}
