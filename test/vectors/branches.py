"""Vectors of activations and of the layers that merge branches, both passes."""

import keras
import numpy as np
import tensorflow as tf
from encode import f32, write

rng = np.random.default_rng(21)


def normal(*shape):
    """Values around 0, of the size that bends activations."""
    return rng.normal(0, 2, shape).astype("f4")


def run(function, xs, weights=()):
    """Outputs and gradients for a random upstream gradient dy. `weights` are variables."""
    xs = [tf.constant(x) for x in xs]
    with tf.GradientTape() as tape:
        tape.watch(xs)
        y = function(*xs)
    dy = normal(*y.shape)
    gradients = tape.gradient(y, [*xs, *weights], output_gradients=tf.constant(dy))
    dxs = [tf.zeros_like(x) if g is None else g for x, g in zip([*xs, *weights], gradients)]
    return xs, y, dy, dxs


def single(function, x):
    (x,), y, dy, (dx,) = run(function, [x])
    return {"x": f32(x), "y": f32(y), "dy": f32(dy), "dx": f32(dx)}


def activations():
    cases = []
    # fmt: off
    names = [
        "relu", "sigmoid", "tanh", "relu6", "leaky_relu", "elu", "selu", "gelu", "silu", "swish", "hard_sigmoid", "hard_silu",
        "hard_swish", "softplus", "softsign", "exponential", "mish", "celu", "log_sigmoid", "hard_tanh", "tanh_shrink",
        "soft_shrink", "hard_shrink", "squareplus", "sparse_plus", "sparse_sigmoid", "softmax", "log_softmax", "sparsemax", "glu",
    ]
    # fmt: on
    for name in names:
        x = normal(3, 2, 6)
        if name == "sparsemax":
            # Where two classes or more stay above 0 Keras 3.15 adds up wrongly, and its rows do not sum to 1.
            x = 2 * rng.permuted(np.tile(np.arange(6, dtype="f4"), (3, 2, 1)), axis=-1)
        case = single(keras.activations.get(name), x)
        assert name != "sparsemax" or np.all(np.sum(keras.activations.sparsemax(x), -1) == 1)
        cases.append({"name": name} | case)
    for name, options in [
        ("leaky_relu", {"negative_slope": 0.05}),
        ("elu", {"alpha": 0.5}),
        ("celu", {"alpha": 1.7}),
        ("gelu", {"approximate": True}),
        ("soft_shrink", {"threshold": 0.9}),
        ("hard_shrink", {"threshold": 1.25}),
        ("squareplus", {"b": 0.5}),
        ("threshold", {"threshold": 0.3, "default_value": -2.0}),
    ]:
        function = getattr(keras.activations, name)
        case = single(lambda x, function=function, options=options: function(x, **options), normal(2, 7))
        cases.append({"name": name, "options": options} | case)
    write("activations", cases)


def activation_layers():
    cases = []
    for class_name, config, shape in [
        ("Activation", {"activation": "sigmoid"}, (2, 3, 5)),
        ("ReLU", {}, (2, 9)),
        ("ReLU", {"max_value": 1.5}, (2, 9)),
        ("ReLU", {"negative_slope": 0.2}, (2, 9)),
        ("ReLU", {"threshold": 0.8}, (2, 3, 4)),
        ("ReLU", {"max_value": 2.0, "negative_slope": 0.1, "threshold": 0.5}, (3, 2, 7)),
        ("LeakyReLU", {}, (2, 9)),
        ("LeakyReLU", {"negative_slope": 0.05}, (2, 3, 2)),
        ("ELU", {}, (2, 9)),
        ("ELU", {"alpha": 0.3}, (2, 5)),
        ("Softmax", {}, (2, 3, 5)),
        ("Softmax", {"axis": 1}, (2, 3, 5)),
        ("Softmax", {"axis": 2}, (2, 3, 4, 5)),
        ("Softmax", {"axis": [1, 2]}, (2, 3, 4, 5)),
    ]:
        layer = getattr(keras.layers, class_name)(**config)
        cases.append({"name": f"{class_name} {config} on {shape}", "className": class_name, "config": config} | single(layer, normal(*shape)))
    write("activationLayers", cases)


def prelu():
    cases = []
    for shape, shared in [((3, 7), None), ((2, 3, 4, 5), [1, 2]), ((2, 3, 4, 5), [1]), ((2, 3, 4), [2]), ((2, 3, 2), None)]:
        layer = keras.layers.PReLU(shared_axes=shared)
        layer.build(shape)
        alpha = normal(*layer.alpha.shape)
        layer.set_weights([alpha])
        (x,), y, dy, (dx, dw) = run(layer, [normal(*shape)], [layer.alpha.value])
        arrays = {"x": x, "w": alpha, "y": y, "dy": dy, "dx": dx, "dw": dw}
        cases.append({"name": f"{shape}, shared {shared}", "sharedAxes": shared} | {key: f32(a) for key, a in arrays.items()})
    write("prelu", cases)


def merging():
    cases = []
    for class_name, config, shapes in [
        ("Add", {}, [(2, 3, 5), (2, 3, 5)]),
        ("Add", {}, [(2, 7), (2, 7), (2, 7)]),
        ("Add", {}, [(2, 3, 5), (2, 1, 5)]),
        ("Add", {}, [(2, 3, 1, 5), (2, 1, 4, 5)]),
        ("Add", {}, [(2, 3, 4, 5), (2, 5)]),
        ("Subtract", {}, [(2, 3, 5), (2, 3, 5)]),
        ("Subtract", {}, [(2, 1, 5), (2, 3, 5)]),
        ("Multiply", {}, [(2, 9), (2, 9)]),
        ("Multiply", {}, [(2, 3, 4, 5), (2, 1, 1, 5)]),
        ("Multiply", {}, [(2, 1, 1, 9), (2, 3, 2, 9)]),
        ("Multiply", {}, [(2, 3, 4, 5), (2, 3, 4, 1)]),
        ("Multiply", {}, [(2, 3, 4), (2, 1, 4), (2, 3, 1)]),
        ("Average", {}, [(2, 7), (2, 7)]),
        ("Average", {}, [(2, 3, 5), (2, 1, 1), (2, 3, 5)]),
        ("Maximum", {}, [(2, 3, 5), (2, 3, 5), (2, 3, 5)]),
        ("Maximum", {}, [(2, 3, 5), (2, 1, 5)]),
        ("Minimum", {}, [(2, 3, 5), (2, 3, 5)]),
        ("Minimum", {}, [(2, 1, 5), (2, 3, 5)]),
        ("Concatenate", {}, [(2, 3, 4), (2, 3, 5)]),
        ("Concatenate", {"axis": 1}, [(2, 3, 5), (2, 1, 5), (2, 4, 5)]),
        ("Concatenate", {"axis": -2}, [(2, 3, 1, 5), (2, 3, 2, 5)]),
        ("Dot", {"axes": 1}, [(3, 7), (3, 7)]),
        ("Dot", {"axes": -1, "normalize": True}, [(3, 5), (3, 5)]),
        ("Dot", {"axes": [1, 2]}, [(2, 3, 5), (2, 6, 3)]),
        ("Dot", {"axes": [2, 1]}, [(2, 3, 5), (2, 5, 7)]),
        ("Dot", {"axes": 2}, [(2, 3, 5), (2, 4, 5)]),
        ("Dot", {"axes": [2, 1], "normalize": True}, [(2, 3, 4), (2, 4, 5)]),
        ("Dot", {"axes": [1, 1]}, [(2, 4), (2, 4, 3)]),
        ("Dot", {"axes": [2, 1]}, [(2, 3, 4), (2, 4)]),
        ("Dot", {"axes": [3, 1]}, [(2, 2, 3, 4), (2, 4, 5)]),
    ]:
        layer = getattr(keras.layers, class_name)(**config)
        xs, y, dy, dxs = run(lambda *xs, layer=layer: layer(list(xs)), [normal(*shape) for shape in shapes])
        name = f"{class_name} {config} on {shapes}"
        arrays = {"xs": [f32(x) for x in xs], "y": f32(y), "dy": f32(dy), "dxs": [f32(dx) for dx in dxs]}
        cases.append({"name": name, "className": class_name, "config": config} | arrays)
    # Equal numbers: who gets the gradient.
    ties = np.round(normal(2, 12))
    for class_name in ["Maximum", "Minimum"]:
        layer = getattr(keras.layers, class_name)()
        xs, y, dy, dxs = run(lambda *xs, layer=layer: layer(list(xs)), [ties, np.round(normal(2, 12)), ties])
        arrays = {"xs": [f32(x) for x in xs], "y": f32(y), "dy": f32(dy), "dxs": [f32(dx) for dx in dxs]}
        cases.append({"name": f"{class_name} with ties", "className": class_name, "config": {}} | arrays)
    write("merging", cases)


def activity_regularization():
    cases = []
    for l1, l2, shape in [(0.01, 0.0, (3, 5)), (0.0, 0.02, (2, 3, 4)), (0.3, 0.1, (4, 7))]:
        layer = keras.layers.ActivityRegularization(l1=l1, l2=l2)
        x = tf.constant(np.where(rng.uniform(0, 1, shape) < 0.1, 0, normal(*shape)).astype("f4"))
        with tf.GradientTape() as tape:
            tape.watch(x)
            layer(x)
            (penalty,) = layer.losses
        dx = tape.gradient(penalty, x)
        case = {"l1": l1, "l2": l2, "x": f32(x), "penalty": float(penalty), "dx": f32(dx)}
        cases.append({"name": f"l1 {l1}, l2 {l2} on {shape}"} | case)
    write("activityRegularization", cases)


def make():
    activations()
    activation_layers()
    prelu()
    merging()
    activity_regularization()
