"""Writes the files in this folder with real Keras: see README.md."""

import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
import keras
import numpy

HERE = os.path.dirname(os.path.abspath(__file__))
L = keras.layers


def data(shape, samples=12, classes=3):
    random = numpy.random.default_rng(7)
    x = random.uniform(0, 255, (samples, *shape)).astype("float32")
    y = numpy.eye(classes, dtype="float32")[random.integers(0, classes, samples)]
    return x, y


def image_network():
    return [
        L.Rescaling(1 / 255),
        L.Conv2D(4, 3, activation="relu", padding="same"),
        L.MaxPooling2D(2),
        L.Conv2D(6, (3, 2), strides=(2, 1), use_bias=False, name="middle"),
        L.Flatten(),
        L.Dense(5, activation="relu"),
        L.Dense(3, activation="softmax"),
    ]


def dense_network():
    return [L.Dense(9, activation="relu"), L.Dense(3), L.Dense(3, activation="softmax", trainable=False)]


def many_layers():
    """More than ten of a class: groups sort as text, dense_10 before dense_2."""
    return [L.Dense(2 + i % 3, activation="relu", name=f"d{i}") for i in range(12)] + [L.Dense(3, activation="softmax")]


NETWORKS = {
    "image": ((10, 9, 1), image_network, dict(momentum=0.5, centered=True, learning_rate=0.002)),
    "dense": ((6,), dense_network, {}),
    "many": ((4,), many_layers, None),
}


def build(name):
    shape, layers, optimizer = NETWORKS[name]
    keras.backend.clear_session()
    keras.utils.set_random_seed(3)
    model = keras.Sequential([keras.Input(shape), *layers()], name=name)
    x, y = data(shape)
    if optimizer is not None:
        model.compile(keras.optimizers.RMSprop(**optimizer), "categorical_crossentropy", metrics=["accuracy"])
        model.fit(x, y, batch_size=4, epochs=2, shuffle=False, verbose=0)
    return model, x


def main():
    expected = {"version": keras.__version__, "networks": {}}
    for name in NETWORKS:
        model, x = build(name)
        base = os.path.join(HERE, name)
        # In this order: Keras 3.15 forgets the optimizer's settings when it has written an .h5.
        model.save(f"{base}.keras")
        model.save_weights(f"{base}.weights.h5")
        model.save(f"{base}.h5")
        p = model.predict(x, verbose=0)
        expected["networks"][name] = {
            "x": x.ravel().tolist(),
            "shape": list(x.shape),
            "y": [float(v) for v in p.ravel()],
            "targets": data(x.shape[1:])[1].ravel().tolist(),
            # What one more step would do: proves that the optimizer's state was read.
            "after": after_a_step(model, x) if NETWORKS[name][2] is not None else None,
        }
    with open(os.path.join(HERE, "expected.json"), "w") as file:
        json.dump(expected, file)


def after_a_step(model, x):
    _, y = data(x.shape[1:])
    model.train_on_batch(x, y)
    return [float(v) for v in model.predict(x, verbose=0).ravel()]


main()
