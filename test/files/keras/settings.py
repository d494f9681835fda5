"""Writes files whose settings of compile are not, or not all, those that wasm-cnn has: see README.md."""

import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
import keras
import numpy

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "settings")
CLASSES = numpy.array([0, 1, 2, 0])
ONE_HOT = numpy.eye(3, dtype="float32")[CLASSES]
X = numpy.arange(8, dtype="float32").reshape(4, 2) / 8


@keras.saving.register_keras_serializable("project")
class Luck(keras.metrics.SparseCategoricalAccuracy):
    """A metric of the user's own."""


def compiled(*args, y=None, **options):
    keras.backend.clear_session()
    keras.utils.set_random_seed(5)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, activation="softmax")], name="settings")
    model.compile(*args, **options)
    if y is not None:
        model.fit(X, y, verbose=0)
    return model


def main():
    os.makedirs(HERE, exist_ok=True)
    metrics = ["accuracy", Luck()]
    sparse = compiled("adam", "sparse_categorical_crossentropy", metrics=metrics, y=CLASSES)
    # When it has written an .h5, Keras 3.5 to 3.15 forgets the optimizer's settings, so the .keras after it has none.
    after_rmsprop = compiled("rmsprop", "categorical_crossentropy", y=ONE_HOT)
    after_rmsprop.save(os.path.join(HERE, "unused.h5"))
    after_momentum = compiled(keras.optimizers.SGD(momentum=0.5), "categorical_crossentropy", y=ONE_HOT)
    after_momentum.save(os.path.join(HERE, "unused.h5"))
    os.remove(os.path.join(HERE, "unused.h5"))
    untrained = compiled(keras.optimizers.RMSprop(0.25), "categorical_crossentropy")
    expected = {"x": X.ravel().tolist()}
    for name, model in [
        ("sparse", sparse),
        ("afterRmsprop", after_rmsprop),
        ("afterMomentum", after_momentum),
        ("untrained", untrained),
    ]:
        expected[name] = [float(v) for v in model.predict(X, verbose=0).ravel()]
        model.save(os.path.join(HERE, f"{name}.keras"))
        if name in ("sparse", "untrained"):
            model.save(os.path.join(HERE, f"{name}.h5"))
    with open(os.path.join(HERE, "expected.json"), "w") as file:
        json.dump(expected, file)


main()
