"""Loads files that wasm-cnn wrote with real Keras, and compares what they predict: python check.py FOLDER."""

import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy

folder = sys.argv[1]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "expected.json")) as file:
    networks = json.load(file)["networks"]

for name, case in networks.items():
    x = numpy.array(case["x"], "float32").reshape(case["shape"])
    y = numpy.array(case["targets"], "float32").reshape(len(x), -1)
    for ending in ("h5", "keras"):
        model = keras.models.load_model(os.path.join(folder, f"{name}.{ending}"))
        errors = [abs(model.predict(x, verbose=0).ravel() - case["y"]).max()]
        # Keras 3.15 cannot go on training with what it has read from an .h5, its own ones included.
        if case["after"] and ending == "keras":
            model.train_on_batch(x, y)
            errors.append(abs(model.predict(x, verbose=0).ravel() - case["after"]).max())
        print(f"{name}.{ending}", *errors)
        assert max(errors) < 1e-5
    for weight in model.weights:
        weight.assign(weight * 0)
    model.load_weights(os.path.join(folder, f"{name}.weights.h5"))
    error = abs(model.predict(x, verbose=0).ravel() - case["y"]).max()
    print(f"{name}.weights.h5", error)
    assert error < 1e-5
print("Keras", keras.__version__, "reads them all")
