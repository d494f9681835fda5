"""Loads graphs that wasm-cnn wrote with real Keras, and compares what they predict: python checkGraphs.py FOLDER."""

import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy

folder = sys.argv[1]
here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "graphs", "expected.json")) as file:
    models = json.load(file)["models"]


def arrays(value):
    if isinstance(value, list):
        return [arrays(each) for each in value]
    if "data" not in value:
        return {name: arrays(each) for name, each in value.items()}
    return numpy.array(value["data"], "float32").reshape(value["shape"])


def flat(value):
    """In order, whether by name or not."""
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else [value]


def error(model, x, expected):
    pairs = zip(flat(model.predict(x, verbose=0)), flat(expected), strict=True)
    return max(float(abs(a - b).max()) for a, b in pairs)


for name, case in models.items():
    x, y, targets, after = (arrays(case[key]) for key in ("x", "y", "targets", "after"))
    for ending in ("h5", "keras"):
        model = keras.models.load_model(os.path.join(folder, f"{name}.{ending}"))
        errors = [error(model, x, y)]
        # Keras 3.15 cannot go on training with what it has read from an .h5, its own ones included.
        if ending == "keras":
            outputs = flat(targets)
            model.train_on_batch(x, dict(zip(model.output, outputs)) if isinstance(getattr(model, "_outputs_struct", None), dict) else targets)
            errors.append(error(model, x, after))
        print(f"{name}.{ending}", *errors)
        assert max(errors) < 1e-5
    for weight in model.weights:
        weight.assign(weight * 0)
    model.load_weights(os.path.join(folder, f"{name}.weights.h5"))
    errors = [error(model, x, y)]
    print(f"{name}.weights.h5", *errors)
    assert max(errors) < 1e-5
print("Keras", keras.__version__, "reads them all")
