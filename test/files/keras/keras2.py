"""Rewrites image.h5 in the dialect of Keras 2: image.keras2.h5.

Keras 2 cannot be installed beside current TensorFlow. This follows what its saving code writes (hdf5_format.py of 2.10): weight
names with ":0" and without the model's name, the input layer among the layer names, configs with batch_input_shape, dtypes as
strings and initializers without modules, metrics wrapped, optimizer weights named after slots.
"""

import json
import os

import h5py

HERE = os.path.dirname(os.path.abspath(__file__))


def old(value):
    """A config in the older form."""
    if isinstance(value, dict):
        if value.get("class_name") == "DTypePolicy":
            return value["config"]["name"]
        value = {k: old(v) for k, v in value.items() if k not in ("module", "registered_name", "build_config", "quantization_config")}
        if value.get("class_name") == "GlorotUniform":
            value["config"] = {"seed": None}
        if "batch_shape" in value:
            return {"batch_input_shape": value["batch_shape"], "dtype": "float32", "sparse": False, "ragged": False, "name": value["name"]}
        return value
    return [old(v) for v in value] if isinstance(value, list) else value


with h5py.File(os.path.join(HERE, "image.h5")) as given, h5py.File(os.path.join(HERE, "image.keras2.h5"), "w") as out:
    config = old(json.loads(given.attrs["model_config"]))
    config["config"] = {"name": config["config"]["name"], "layers": config["config"]["layers"]}
    # In Keras 2 the first layer repeats the shape of the input.
    config["config"]["layers"][1]["config"]["batch_input_shape"] = [None, 10, 9, 1]
    out.attrs["model_config"] = json.dumps(config)
    out.attrs["keras_version"] = "2.10.0"
    out.attrs["backend"] = "tensorflow"
    optimizer = {"name": "RMSprop", "learning_rate": 0.0020000000949949026, "decay": 0.0, "rho": 0.9, "momentum": 0.5, "epsilon": 1e-07, "centered": True}
    metric = {"class_name": "MeanMetricWrapper", "config": {"name": "accuracy", "dtype": "float32", "fn": "categorical_accuracy"}}
    out.attrs["training_config"] = json.dumps({
        "loss": "categorical_crossentropy", "metrics": [[metric]], "weighted_metrics": None, "loss_weights": None,
        "optimizer_config": {"class_name": "RMSprop", "config": optimizer},
    })
    weights = out.create_group("model_weights")
    source = given["model_weights"]
    names = ["input_layer", *(name for name in source.attrs["layer_names"])]
    weights.attrs["layer_names"] = [n.encode() if isinstance(n, str) else n for n in names]
    weights.attrs["backend"] = b"tensorflow"
    weights.attrs["keras_version"] = b"2.10.0"
    for name in names:
        group = weights.create_group(name)
        paths = list(source[name].attrs["weight_names"]) if name in source else []
        new = [f"{'/'.join(path.split('/')[1:])}:0" for path in paths]
        group.attrs["weight_names"] = [n.encode() for n in new]
        for path, path2 in zip(paths, new):
            group.create_dataset(path2, data=source[name][path][()])
    state = given["optimizer_weights"]
    group = out.create_group("optimizer_weights")
    slots = {"velocity": "rms", "momentum": "momentum", "average_gradient": "mg"}
    new = []
    for path in state.attrs["weight_names"]:
        last = path.split("/")[-1]
        if last == "learning_rate":
            continue
        slot = next((s for s in slots if last.endswith(s)), None)
        layer = last[len("image_") : -len(f"_{slot}")].rsplit("_", 1) if slot else None
        name = f"training/RMSprop/{layer[0]}/{layer[1]}/{slots[slot]}:0" if slot else "training/RMSprop/iter:0"
        group.create_dataset(name, data=state[path][()])
        new.append(name.encode())
    group.attrs["weight_names"] = new
