"""Writes models that are graphs with real Keras, into graphs/: see README.md."""

import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
import keras
import numpy

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "graphs")
L = keras.layers
SAMPLES = 6


def residual():
    """A residual block: convolutions with batch normalisation around an addition."""
    x = image = keras.Input((6, 5, 2), name="image")
    x = L.Conv2D(3, 3, padding="same", use_bias=False)(x)
    x = L.BatchNormalization()(x)
    y = L.ReLU()(x)
    y = L.Conv2D(3, 3, padding="same")(y)
    x = L.GlobalAveragePooling2D()(L.Add()([x, y]))
    return keras.Model(image, L.Dense(3, activation="softmax", name="kind")(x), name="residual")


def heads():
    """Two inputs, a layer that both share, two outputs, all by name."""
    left, right = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    shared = L.Dense(5, activation="relu", name="shared")
    kind = L.Dense(3, activation="softmax", name="kind_head")(shared(left))
    side = L.Dense(2, activation="softmax", name="side_head")(shared(L.Rescaling(0.5)(right)))
    return keras.Model({"left": left, "right": right}, {"kind": kind, "side": side}, name="heads")


def chains():
    """Sequential in Sequential in Sequential, one without a shape of its own, and a functional model among them."""
    inner = keras.Sequential([L.Dense(4, activation="relu"), L.Dense(3)], name="inner")
    middle = keras.Sequential([L.Dense(5, activation="relu"), inner, L.Dense(4)], name="middle")
    image = keras.Input((3, 3, 3))
    eye = keras.Model(image, L.Flatten()(L.Conv2D(2, 2, activation="relu")(image)), name="eye")
    outer = [keras.Input((4, 4, 2)), L.Conv2D(3, 2), eye, middle, L.Dense(3, activation="softmax")]
    return keras.Sequential(outer, name="chains")


def tower():
    """A frozen functional model with one inside, called twice and once with training=False; scalars as operators."""
    within = keras.Input((4,))
    deep = keras.Model(within, L.Dense(4, activation="relu")(within), name="deep")
    image = keras.Input((4,))
    encoder = keras.Model(image, L.Dense(3, name="code")(deep(L.Dense(4, name="first", trainable=False)(image))), name="encoder")
    one, two = keras.Input((4,), name="one"), keras.Input((4,), name="two")
    head = keras.Sequential([L.Dense(3, activation="softmax", name="classes")], name="head")
    first = encoder(one, training=False)
    second = encoder(1 - two * 0.5)
    return keras.Model([one, two], [head(first), head((second + 0.25) / 2)], name="tower")


def operators():
    """Operators on tensors."""
    x = keras.Input((4,), name="x")
    y, z = L.Dense(3)(x), L.Dense(3)(x)
    return keras.Model(x, L.Dense(3, activation="softmax", name="kind")((y + z) * (y - 2 * z)), name="operators")


MODELS = [residual, heads, chains, tower, operators]


def data(model):
    random = numpy.random.default_rng(7)
    make = lambda tensor: random.uniform(-1, 1, (SAMPLES, *tensor.shape[1:])).astype("float32")
    target = lambda tensor: numpy.eye(tensor.shape[-1], dtype="float32")[random.integers(0, tensor.shape[-1], SAMPLES)]
    inputs, outputs = (model.inputs[0], model.outputs[0]) if model.name == "chains" else (model.input, model.output)
    return keras.tree.map_structure(make, inputs), keras.tree.map_structure(target, outputs)


def compile(model):
    """Losses and weights by output where there are several."""
    loss, options = "categorical_crossentropy", {"metrics": ["accuracy"]}
    if model.name == "heads":
        loss = {"kind": loss, "side": loss}
        options = {"loss_weights": {"kind": 1.0, "side": 0.5}, "metrics": {"kind": ["accuracy"]}}
    if model.name == "tower":
        loss, options = [loss, loss], {"loss_weights": [2.0, 1.0], "metrics": [["accuracy"], []]}
    model.compile(keras.optimizers.RMSprop(0.01, momentum=0.5), loss, **options)


def numbers(value):
    """Each array with its shape; names where there are names."""
    if isinstance(value, dict):
        return {name: numbers(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [numbers(each) for each in value]
    return {"shape": list(value.shape), "data": [float(v) for v in value.ravel()]}


def main():
    os.makedirs(HERE, exist_ok=True)
    expected = {"version": keras.__version__, "models": {}}
    for make in MODELS:
        keras.backend.clear_session()
        keras.utils.set_random_seed(3)
        model = make()
        x, y = data(model)
        compile(model)
        model.fit(x, y, batch_size=3, epochs=2, shuffle=False, verbose=0)
        base = os.path.join(HERE, make.__name__)
        # In this order: Keras 3.15 forgets the optimizer's settings when it has written an .h5.
        model.save(f"{base}.keras")
        model.save_weights(f"{base}.weights.h5")
        model.save(f"{base}.h5")
        case = {"x": numbers(x), "y": numbers(model.predict(x, verbose=0)), "targets": numbers(y)}
        model.train_on_batch(x, y)
        # What one more step does: proves that the optimizer's state was read.
        case["after"] = numbers(model.predict(x, verbose=0))
        expected["models"][make.__name__] = case
    with open(os.path.join(HERE, "expected.json"), "w") as file:
        json.dump(expected, file)


if __name__ == "__main__":
    main()
