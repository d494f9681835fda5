"""Vectors of Keras' callbacks: when they stop, which weights stay, what learning rates they set, what they write."""

import itertools
import pathlib
import tempfile

import keras
import numpy as np
from encode import f32, write

# Each value is what is monitored after an epoch.
SERIES = {
    "falls": [1.0, 0.9, 0.8, 0.7, 0.6, 0.5],
    "stays": [0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
    "rises": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
    "dips": [1.0, 0.8, 0.85, 0.79, 0.84, 0.83, 0.82, 0.81, 0.795, 0.7, 0.71, 0.72, 0.73],
    "crawls": [1.0, 0.9995, 0.999, 0.9985, 0.998, 0.9975, 0.997],
}


def model_of():
    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse", metrics=["accuracy"])
    model.train_on_batch(np.zeros((1, 1)), np.zeros((1, 1)))
    return model


def early_stopping():
    cases = []
    options = [
        {},
        {"patience": 1},
        {"patience": 2, "min_delta": 0.01},
        {"patience": 3, "min_delta": -0.01},
        {"patience": 2, "baseline": 0.75},
        {"patience": 2, "start_from_epoch": 3},
        {"patience": 2, "mode": "max"},
        {"patience": 1, "monitor": "val_accuracy"},
    ]
    for (name, values), given, restore in itertools.product(SERIES.items(), options, (False, True)):
        given = {"monitor": "val_loss", "restore_best_weights": restore} | given
        model = model_of()
        callback = keras.callbacks.EarlyStopping(**given)
        callback.set_model(model)
        callback.on_train_begin()
        model.stop_training = False
        last = 0
        for epoch, value in enumerate(values):
            last = epoch
            model.set_weights([np.full((1, 1), float(epoch))])
            callback.on_epoch_end(epoch, {given["monitor"]: value})
            if model.stop_training:
                break
        callback.on_train_end()
        result = {"last": last, "stopped": callback.stopped_epoch, "best": callback.best_epoch}
        result["weight"] = float(model.get_weights()[0][0, 0])
        cases.append({"name": name, "options": given, "values": values} | result)
    write("earlyStopping", cases)


def reduce_lr():
    cases = []
    options = [
        {"patience": 1},
        {"patience": 2, "factor": 0.5, "cooldown": 1},
        {"patience": 1, "factor": 0.5, "min_lr": 0.03},
        {"patience": 2, "min_delta": 0.01, "cooldown": 2},
        {"patience": 1, "mode": "max"},
        {"patience": 0, "factor": 0.9},
    ]
    for (name, values), given in itertools.product(SERIES.items(), options):
        model = model_of()
        callback = keras.callbacks.ReduceLROnPlateau(**given)
        callback.set_model(model)
        callback.on_train_begin()
        logged, rates = [], []
        for epoch, value in enumerate(values):
            logs = {"val_loss": value}
            callback.on_epoch_end(epoch, logs)
            logged.append(logs["learning_rate"])
            rates.append(float(model.optimizer.learning_rate.numpy()))
        cases.append({"name": name, "options": given, "values": values, "logged": logged, "rates": rates})
    write("reduceLROnPlateau", cases)


def csv_logger():
    cases = []
    first = {"loss": 0.5, "accuracy": 0.25}
    runs = {
        "no validation": [first, {"loss": 1e-7, "accuracy": 1.0}],
        "validation": [first | {"val_loss": 2.0}, {"loss": 123456.789, "accuracy": 0.1, "val_loss": 0.00001}],
        "missing": [first, {"loss": 0.125}],
        "not finite": [{"loss": float("nan"), "accuracy": float("inf")}],
    }
    for (name, logs), separator in itertools.product(runs.items(), (",", ";")):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "log.csv"
            texts = []
            for append in (False, True, False):
                callback = keras.callbacks.CSVLogger(str(path), separator=separator, append=append)
                callback.on_train_begin()
                for epoch, each in enumerate(logs):
                    callback.on_epoch_end(epoch, dict(each))
                callback.on_train_end()
                texts.append(path.read_bytes().decode())
        shown = [{key: value if np.isfinite(value) else str(value) for key, value in each.items()} for each in logs]
        cases.append({"name": name, "separator": separator, "logs": shown, "texts": texts})
    write("csvLogger", cases)


def swap_ema_weights():
    """fit with validation, then evaluate with the callback and without; 12 samples in batches of 4."""
    cases = []
    random = np.random.default_rng(7)
    x, y = (random.normal(size=(12, n)).astype("f4") for n in (3, 2))
    kernel = random.normal(size=(3, 2)).astype("f4")
    for swap, overwrite in itertools.product((False, True), (None, 2)):
        model = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(2, use_bias=False)])
        model.set_weights([kernel])
        optimizer = keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=overwrite)
        model.compile(optimizer=optimizer, loss="mse")
        seen = []
        callbacks = [
            keras.callbacks.SwapEMAWeights(swap_on_epoch=swap),
            keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(f32(model.get_weights()[0]))),
        ]
        options = {"epochs": 3, "batch_size": 4, "shuffle": False, "verbose": 0}
        history = model.fit(x, y, validation_data=(x, y), callbacks=callbacks, **options).history
        case = {"name": f"swap {swap}, overwrite {overwrite}", "swapOnEpoch": swap, "overwrite": overwrite}
        case |= {"x": f32(x), "y": f32(y), "kernel": f32(kernel), "losses": history["loss"], "valLosses": history["val_loss"]}
        case |= {"seen": seen, "after": f32(model.get_weights()[0])}
        cases.append(case)
    write("swapEMAWeights", cases)


def make():
    swap_ema_weights()
    early_stopping()
    reduce_lr()
    csv_logger()
