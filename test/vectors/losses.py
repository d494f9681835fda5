"""Vectors of losses: the loss of a batch and its gradient, for outputs with an activation before them or none."""

import keras
import numpy as np
import tensorflow as tf
from encode import f32, write
from optimizers import camel

rng = np.random.default_rng(32)


def normal(*shape):
    return rng.normal(0, 1.5, shape).astype("f4")


def unit(*shape):
    return rng.uniform(0.02, 0.98, shape).astype("f4")


def soft(*shape):
    values = rng.uniform(0.05, 1, shape)
    return (values / values.sum(-1, keepdims=True)).astype("f4")


def bits(*shape):
    return rng.integers(0, 2, shape).astype("f4")


def labels(classes, *shape):
    return rng.integers(0, classes, shape).astype("f4")


def one_hot(classes, *shape):
    return np.eye(classes, dtype="f4")[rng.integers(0, classes, shape)]


def value_rank(class_name, options, x):
    """Axes of what the loss is before it is reduced."""
    axis = options.get("axis", None if class_name in ("Dice", "Tversky") else -1)
    return 1 if axis is None else x.ndim - np.size(axis)


def loss_case(class_name, options, x, t, activation=None, weights=None):
    loss_class = getattr(keras.losses, class_name)
    loss = loss_class(**options)
    x_tensor = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x_tensor)
        output = keras.layers.Activation(activation)(x_tensor) if activation else x_tensor
        each = weights
        if weights is not None and weights.ndim == 1:
            # One number a sample, for losses of any rank.
            each = weights.reshape(-1, *[1] * (value_rank(class_name, options, x) - 1))
        value = loss(t, output, sample_weight=each)
    given = {camel(key): value for key, value in options.items()}
    text = ", ".join(f"{key} {value}" for key, value in given.items()) or "defaults"
    shape = "x".join(map(str, x.shape))
    name = f"{class_name}: {text}, {shape}{f' of {activation}' if activation else ''}"
    of = "" if weights is None else ", weights" + (f" of {'x'.join(map(str, weights.shape))}" if weights.ndim > 1 else "")
    case = {"name": f"{name}{of}", "className": class_name, "options": given}
    case |= {"activation": activation, "x": f32(x), "t": f32(t)}
    if weights is not None:
        case["weights"] = f32(weights)
    config = {key: value for key, value in loss.get_config().items() if key != "name"}
    case |= {"loss": float(np.mean(value)), "gradient": f32(tape.gradient(value, x_tensor)), "config": config}
    return case


def losses():
    weights = np.array([1, 0.5, 0, 3, 2], "f4")
    cases = []

    def add(*args, **kwargs):
        cases.append(loss_case(*args, **kwargs))

    for class_name, options in [
        ("MeanSquaredError", {}),
        ("MeanAbsoluteError", {}),
        ("MeanAbsolutePercentageError", {}),
        ("Huber", {}),
        ("Huber", {"delta": 0.5}),
        ("LogCosh", {}),
    ]:
        add(class_name, options, normal(5, 7), normal(5, 7))
        add(class_name, options, normal(5, 2, 3), normal(5, 2, 3), weights=weights)
    add("MeanSquaredError", {"reduction": "sum"}, normal(5, 2, 3), normal(5, 2, 3), weights=weights)
    add("MeanSquaredError", {}, normal(5, 1), normal(5, 1))
    add("MeanSquaredLogarithmicError", {}, normal(5, 7), np.abs(normal(5, 7)))
    add("Poisson", {}, np.exp(normal(5, 7)), np.abs(normal(5, 7)), weights=weights)
    add("KLDivergence", {}, soft(5, 7), soft(5, 7))
    add("KLDivergence", {}, soft(5, 3, 4), one_hot(4, 5, 3), weights=weights)
    for class_name in ("Hinge", "SquaredHinge"):
        add(class_name, {}, normal(5, 7), bits(5, 7))
        add(class_name, {}, normal(5, 3), 2 * bits(5, 3) - 1, weights=weights)
    for class_name, more in [
        ("BinaryCrossentropy", {}),
        ("BinaryFocalCrossentropy", {}),
        ("BinaryFocalCrossentropy", {"apply_class_balancing": True, "alpha": 0.4, "gamma": 1.5}),
        ("BinaryFocalCrossentropy", {"gamma": 0.0}),
    ]:
        add(class_name, more, unit(5, 7), bits(5, 7))
        add(class_name, more, normal(5, 7), bits(5, 7), "sigmoid", weights)
        add(class_name, {"from_logits": True} | more, normal(5, 7), bits(5, 7))
        add(class_name, {"label_smoothing": 0.2} | more, unit(5, 2, 3), bits(5, 2, 3))
    far = np.array([[60], [-60], [0], [20], [-20]], "f4")
    add("BinaryCrossentropy", {}, far, bits(5, 1), "sigmoid")
    add("BinaryCrossentropy", {}, np.array([[0, 1, 0.5, 1e-9]], "f4"), np.array([[0, 1, 1, 1]], "f4"))
    for class_name, target in [("CategoricalCrossentropy", one_hot), ("SparseCategoricalCrossentropy", labels)]:
        add(class_name, {}, soft(5, 7), target(7, 5))
        add(class_name, {}, normal(5, 7), target(7, 5), "softmax", weights)
        add(class_name, {"from_logits": True}, normal(5, 7), target(7, 5))
        add(class_name, {}, normal(5, 2, 3, 4), target(4, 5, 2, 3), "softmax", weights)
        add(class_name, {"from_logits": True, "reduction": "sum"}, normal(5, 2, 3, 4), target(4, 5, 2, 3))
        add(class_name, {}, soft(5, 3, 4), target(4, 5, 3), weights=weights)
    add("CategoricalCrossentropy", {"label_smoothing": 0.1}, normal(5, 7), one_hot(7, 5), "softmax")
    add("CategoricalCrossentropy", {"label_smoothing": 0.1}, soft(5, 3, 4), one_hot(4, 5, 3))
    add("SparseCategoricalCrossentropy", {}, normal(5, 7), labels(7, 5, 1), "softmax")
    add("SparseCategoricalCrossentropy", {}, rng.uniform(0, 2, (5, 4)).astype("f4"), labels(4, 5))
    for ignored, activation in [(0, "softmax"), (-1, "softmax"), (2, None)]:
        t = labels(4, 5, 6)
        t[:, ::2] = ignored
        x = normal(5, 6, 4) if activation else soft(5, 6, 4)
        add("SparseCategoricalCrossentropy", {"ignore_class": ignored}, x, t, activation, weights)
        add("SparseCategoricalCrossentropy", {"ignore_class": ignored}, x, t, activation)
    for w in (None, weights):
        add("CategoricalHinge", {}, normal(5, 7), one_hot(7, 5), weights=w)
        add("CategoricalHinge", {}, np.round(normal(5, 2, 4)), one_hot(4, 5, 2), weights=w)
        add("CosineSimilarity", {}, normal(5, 7), normal(5, 7), weights=w)
        add("CosineSimilarity", {}, normal(5, 2, 3), normal(5, 2, 3), weights=w)
        add("CategoricalFocalCrossentropy", {}, soft(5, 7), one_hot(7, 5), weights=w)
        add("CategoricalFocalCrossentropy", {}, normal(5, 2, 3), one_hot(3, 5, 2), "softmax", weights=w)
        focal = {"alpha": 0.4, "gamma": 1.5, "from_logits": True, "label_smoothing": 0.1}
        add("CategoricalFocalCrossentropy", focal, normal(5, 2, 5), one_hot(5, 5, 2), weights=w)
        add("CategoricalGeneralizedCrossEntropy", {}, soft(5, 7), labels(7, 5), weights=w)
        add("CategoricalGeneralizedCrossEntropy", {"q": 0.8}, soft(5, 2, 3), labels(3, 5, 2), weights=w)
        add("Dice", {}, unit(5, 3, 2), bits(5, 3, 2), weights=w)
        add("Dice", {"axis": (1, 2)}, unit(5, 3, 4, 2), bits(5, 3, 4, 2), weights=w)
        add("Dice", {"axis": -1}, soft(5, 3, 4), one_hot(4, 5, 3), weights=w)
        add("Dice", {"reduction": "sum"}, unit(5, 7), bits(5, 7), weights=w)
        add("Tversky", {"alpha": 0.3, "beta": 0.9}, unit(5, 3, 2), bits(5, 3, 2), weights=w)
        add("Tversky", {"alpha": 0.7, "beta": 0.2, "axis": (1, 2, 3)}, unit(5, 3, 4, 2), bits(5, 3, 4, 2), weights=w)
        by_weights = {"reduction": "mean_with_sample_weight"}
        add("MeanSquaredError", by_weights, normal(5, 7), normal(5, 7), weights=w)
        add("CategoricalCrossentropy", by_weights, normal(5, 2, 3), one_hot(3, 5, 2), "softmax", weights=w)
    per_position(add)
    write("losses", cases)


def per_position(add):
    """A weight for each position of a sample, or for its first axes."""
    global rng
    # Its own numbers, so that those of the metrics, which come after, stay.
    kept, rng = rng, np.random.default_rng(34)
    every = lambda *shape: rng.uniform(0, 2, shape).astype("f4").round(2)  # noqa: E731
    by_weights = {"reduction": "mean_with_sample_weight"}
    for class_name in ("MeanSquaredError", "MeanAbsoluteError", "Huber", "LogCosh", "MeanAbsolutePercentageError"):
        add(class_name, {}, normal(5, 2, 3), normal(5, 2, 3), weights=every(5, 2))
    for options in ({"reduction": "sum"}, by_weights):
        add("MeanSquaredError", options, normal(5, 2, 3, 3), normal(5, 2, 3, 3), weights=every(5, 2, 3))
    add("MeanSquaredError", {}, normal(5, 2, 3, 3), normal(5, 2, 3, 3), weights=every(5, 2, 1))
    add("BinaryCrossentropy", {}, normal(5, 3, 4, 1), bits(5, 3, 4, 1), "sigmoid", every(5, 3, 4))
    add("BinaryCrossentropy", {"label_smoothing": 0.1}, unit(5, 2, 5), bits(5, 2, 5), weights=every(5, 2))
    add("BinaryFocalCrossentropy", {"gamma": 1.5}, normal(5, 6, 1), bits(5, 6, 1), "sigmoid", every(5, 6))
    for class_name, target in [("CategoricalCrossentropy", one_hot), ("SparseCategoricalCrossentropy", labels)]:
        for weights in (every(5, 2, 3), every(5, 2, 1)):
            add(class_name, {}, normal(5, 2, 3, 4), target(4, 5, 2, 3), "softmax", weights)
        add(class_name, {}, soft(5, 3, 5), target(5, 5, 3), weights=every(5, 3))
        add(class_name, {"from_logits": True} | by_weights, normal(5, 3, 5), target(5, 5, 3), weights=every(5, 3))
    for options in ({}, {"reduction": "sum"}, by_weights):
        t = labels(4, 5, 6)
        t[:, 1:3] = 2
        given = {"ignore_class": 2} | options
        for weights in (None, every(5), every(5, 6)):
            add("SparseCategoricalCrossentropy", given, normal(5, 6, 4), t, "softmax", weights)
    add("CategoricalHinge", {}, normal(5, 2, 4), one_hot(4, 5, 2), weights=every(5, 2))
    add("CosineSimilarity", {}, normal(5, 2, 3), normal(5, 2, 3), weights=every(5, 2))
    add("CategoricalFocalCrossentropy", {}, normal(5, 2, 3), one_hot(3, 5, 2), "softmax", every(5, 2))
    add("CategoricalGeneralizedCrossEntropy", {}, soft(5, 2, 3), labels(3, 5, 2), weights=every(5, 2))
    add("KLDivergence", {}, soft(5, 3, 4), one_hot(4, 5, 3), weights=every(5, 3))
    for options in ({}, {"reduction": "sum"}, by_weights):
        add("Dice", options, unit(5, 3, 2), bits(5, 3, 2), weights=every(5, 3))
    for activation, class_name, target in [
        ("softmax", "BinaryCrossentropy", lambda: one_hot(3, 5)),
        ("softmax", "BinaryCrossentropy", lambda: bits(5, 3)),
        ("sigmoid", "CategoricalCrossentropy", lambda: one_hot(3, 5)),
        ("sigmoid", "SparseCategoricalCrossentropy", lambda: labels(3, 5)),
    ]:
        for weights in (None, every(5)):
            add(class_name, {}, normal(5, 3), target(), activation, weights)
    add("BinaryCrossentropy", {"label_smoothing": 0.1}, normal(5, 1), bits(5, 1), "softmax")
    none = {"reduction": "none"}
    for weights in (None, every(5)):
        add("MeanSquaredError", none, normal(5, 2, 3), normal(5, 2, 3), weights=weights)
        add("CategoricalCrossentropy", none, normal(5, 3), one_hot(3, 5), "softmax", weights)
        add("SparseCategoricalCrossentropy", none | {"ignore_class": 2}, normal(5, 6, 4), labels(4, 5, 6), "softmax", weights)
    rng = kept


def make():
    losses()


if __name__ == "__main__":
    make()
