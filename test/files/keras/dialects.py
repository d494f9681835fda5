"""Writes files for what was once read otherwise: see README.md.

adam.keras, adam.keras215.h5: the same training, as Keras 3 has it and with the names that Keras 2.11 to 2.15 give the slots.
"""

import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
import h5py
import keras
import numpy

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "settings")
X = numpy.arange(8, dtype="float32").reshape(4, 2) / 8
Y = numpy.eye(3, dtype="float32")[[0, 1, 2, 0]]

keras.utils.set_random_seed(5)
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, activation="softmax", name="dense")], name="settings")
model.compile("adam", "categorical_crossentropy", metrics=["AUC", "acc"], weighted_metrics=["acc"])
model.fit(X, Y, verbose=0)
model.save(os.path.join(HERE, "adam.keras"))
weights = model.get_weights()
whole, h5 = os.path.join(HERE, "adam.h5"), os.path.join(HERE, "adam.keras215.h5")
model.save(whole)
history = model.fit(X, Y, verbose=0).history
with open(os.path.join(HERE, "adam.json"), "w") as out:
    json.dump({"history": history, "after": [weight.ravel().tolist() for weight in model.get_weights()]}, out)

with h5py.File(whole) as given, h5py.File(h5, "w") as out:
    for name, value in given.attrs.items():
        out.attrs[name] = value
    given.copy("model_weights", out)
    group = out.create_group("optimizer_weights")
    names = []
    for path in given["optimizer_weights"].attrs["weight_names"]:
        last = path.split("/")[-1]
        if last == "learning_rate":
            continue
        layer, kind, slot = last.rsplit("_", 2) if last != "iteration" else (None, None, None)
        layer = "dense" if layer and layer.endswith("dense") else layer
        name = "iteration:0" if slot is None else f"Adam/{slot[0]}/{layer}/{kind}:0"
        group.create_dataset(name, data=given["optimizer_weights"][path][()])
        names.append(name.encode())
    group.attrs["weight_names"] = names
os.remove(whole)
print(names)
