"""Vectors of layers that wrap others: SpectralNormalization."""

import base64
import pathlib
import tempfile

import keras
import numpy as np
import tensorflow as tf
from encode import f32, write

rng = np.random.default_rng(33)


def normal(*shape):
    return rng.normal(0, 1, shape).astype("f4")


def spectral_case(name, layer, iterations, shape, zero=False, with_file=False):
    """One pass in training with a given upstream gradient; then three epochs of SGD in batches of 4, and a file of that."""
    wrapper = keras.layers.SpectralNormalization(layer, power_iterations=iterations, name="spectral")
    model = keras.Sequential([keras.Input(shape[1:]), wrapper])
    model.set_weights([normal(*w.shape) * (0 if zero and w.name == "kernel" else 1) for w in model.weights])
    before = [w.numpy() for w in model.weights]
    x = normal(*shape)
    predicted = model(x).numpy()
    with tf.GradientTape() as tape:
        xt = tf.constant(x)
        tape.watch(xt)
        y = wrapper(xt, training=True)
        dy = normal(*y.shape)
        total = tf.reduce_sum(y * dy)
    dx, *dweights = tape.gradient(total, [xt, *wrapper.trainable_weights])
    after = [w.numpy() for w in model.weights]
    model.set_weights(before)
    model.compile(optimizer=keras.optimizers.SGD(0.05), loss="mse")
    t = normal(*y.shape)
    losses = model.fit(x, t, epochs=3, batch_size=4, shuffle=False, verbose=0).history["loss"]
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model.keras"
        model.save(path)
        file = base64.b64encode(path.read_bytes()).decode() if with_file else None
    vectors = {"x": x, "predicted": predicted, "y": y, "dy": dy, "dx": dx, "t": t, "after_fit": model.predict(x, verbose=0)}
    return {
        "name": name,
        "class_name": "SpectralNormalization",
        "config": wrapper.get_config(),
        "weights": [f32(w) for w in before],
        "dweights": [f32(w) for w in dweights],
        "after": [f32(w) for w in after],
        "trained": [f32(w) for w in model.get_weights()],
        "losses": losses,
        "file": file,
    } | {key: f32(value) for key, value in vectors.items()}


def make():
    write(
        "spectralNormalization",
        [
            spectral_case("dense", keras.layers.Dense(3, activation="tanh", name="inner"), 1, (8, 5), with_file=True),
            spectral_case("dense of one unit, 3 iterations", keras.layers.Dense(1, use_bias=False, name="inner"), 3, (8, 7)),
            spectral_case("a kernel of zeros", keras.layers.Dense(2, name="inner"), 1, (8, 3), zero=True),
            spectral_case("conv2d", keras.layers.Conv2D(5, 3, padding="same", name="inner"), 2, (8, 5, 4, 2)),
            spectral_case("depthwise", keras.layers.DepthwiseConv2D(2, depth_multiplier=3, name="inner"), 1, (8, 4, 4, 2)),
        ],
    )


if __name__ == "__main__":
    make()
