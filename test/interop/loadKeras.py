"""Loads the models of a folder with Keras and prints, as JSON by file name, what they predict of the samples in <file>.json.

Needs: pip install keras tensorflow-cpu"""

import json
import os
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np

results = {}
for path in sorted(Path(sys.argv[1]).glob("*.*")):
    if path.suffix not in (".keras", ".h5"):
        continue
    x = json.loads(Path(f"{path}.json").read_text())
    model = keras.models.load_model(path)
    optimizer = getattr(model, "optimizer", None)
    results[path.name] = {
        "y": model.predict(np.array(x["data"], np.float32).reshape(x["shape"]), verbose=0).ravel().tolist(),
        "trainable": [layer.trainable for layer in model.layers],
        "initializer": type(model.layers[-1].kernel_initializer).__name__,
        "iterations": optimizer and int(optimizer.iterations.numpy()),
    }
print(json.dumps({"versions": {"keras": keras.__version__}, "results": results}))
