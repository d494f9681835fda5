"""Vectors of single layers, losses, metrics and optimizers, both passes: numbers in, numbers out."""

import keras
import numpy as np
import tensorflow as tf
from encode import f32, write

rng = np.random.default_rng(20)


def normal(*shape):
    """Values around 0."""
    return rng.normal(0, 0.5, shape).astype("f4")


def kernel_of(*shape):
    """Kernel values that give outputs of the size of the inputs."""
    return (rng.normal(0, 1, shape) / np.sqrt(np.prod(shape[:-1]))).astype("f4")


def one_hot(labels, classes):
    return np.eye(classes, dtype="f4")[labels]


def by(shape):
    """2x3 for (2, 3)."""
    return "x".join(map(str, shape))


def run_layer(layer, x, weights=()):
    """Outputs and gradients of a layer for a random upstream gradient dy."""
    layer.build(x.shape)
    layer.set_weights(weights)
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x)
    dy = normal(*y.shape)
    dx, *dweights = tape.gradient(y, [x, *layer.trainable_variables], output_gradients=tf.constant(dy))
    names = [("w", "dw"), ("b", "db")]
    case = {"x": f32(x), "y": f32(y), "dy": f32(dy), "dx": f32(dx)}
    for (name, gradient_name), value, gradient in zip(names, weights, dweights):
        case |= {name: f32(value), gradient_name: f32(gradient)}
    return case


def conv2d():
    cases = []

    # fmt: off
    for n, h, w, channels, filters, kernel, strides, dilation, padding, activation in [
        (2, 5, 5, 1, 1, (1, 1), (1, 1), (1, 1), "valid", "linear"),
        (1, 7, 7, 1, 32, (3, 3), (1, 1), (1, 1), "valid", "relu"),
        (2, 6, 5, 1, 3, (3, 3), (1, 1), (1, 1), "same", "linear"),
        (3, 5, 6, 3, 5, (3, 3), (1, 1), (1, 1), "valid", "linear"),
        (2, 8, 8, 5, 8, (5, 5), (1, 1), (1, 1), "same", "relu"),
        (1, 6, 7, 8, 13, (2, 3), (1, 1), (1, 1), "valid", "linear"),
        (1, 5, 5, 13, 3, (2, 3), (1, 1), (1, 1), "same", "linear"),
        (1, 5, 5, 32, 13, (3, 3), (1, 1), (1, 1), "valid", "relu"),
        (1, 7, 6, 8, 32, (3, 3), (1, 1), (1, 1), "same", "relu"),
        (1, 5, 5, 3, 8, (5, 5), (1, 1), (1, 1), "valid", "linear"),
        (2, 7, 8, 3, 8, (3, 3), (2, 2), (1, 1), "same", "relu"),
        (2, 7, 8, 3, 5, (3, 3), (2, 2), (1, 1), "valid", "linear"),
        (1, 8, 7, 5, 3, (1, 1), (2, 2), (1, 1), "same", "linear"),
        (2, 6, 9, 5, 3, (2, 3), (1, 2), (1, 1), "same", "linear"),
        (1, 6, 9, 3, 13, (2, 3), (1, 2), (1, 1), "valid", "relu"),
        (1, 9, 10, 3, 5, (3, 3), (1, 1), (2, 2), "valid", "linear"),
        (1, 8, 7, 5, 8, (3, 3), (1, 1), (2, 2), "same", "relu"),
        (1, 9, 8, 3, 3, (2, 3), (1, 1), (1, 2), "same", "linear"),
    ]:
        # fmt: on
        layer = keras.layers.Conv2D(
            filters, kernel, strides=strides, dilation_rate=dilation, padding=padding, activation=activation
        )
        x = normal(n, h, w, channels)
        weights = [kernel_of(*kernel, channels, filters), normal(filters)]
        name = f"{by(x.shape)}, {by(kernel)}x{filters} /{by(strides)} *{by(dilation)} {padding} {activation}"
        options = {"name": name, "strides": strides, "dilation": dilation, "padding": padding, "activation": activation}
        cases.append(options | run_layer(layer, x, weights))
    write("conv2d", cases)


def max_pooling2d():
    cases = []
    with_ties = [np.maximum(np.round(4 * normal(2, 9, 8, 3)), 0) for _ in range(2)]
    for x, pool_size, strides, padding in [
        (normal(2, 6, 8, 3), (2, 2), None, "valid"),
        (normal(2, 7, 5, 8), (2, 2), None, "valid"),
        (normal(2, 7, 5, 5), (2, 2), None, "same"),
        (normal(1, 9, 8, 5), (3, 3), (2, 2), "valid"),
        (normal(2, 8, 9, 3), (3, 3), (2, 2), "same"),
        (normal(1, 6, 5, 13), (2, 2), (1, 1), "valid"),
        (normal(1, 5, 6, 5), (2, 2), (1, 1), "same"),
        (normal(2, 7, 8, 1), (2, 3), (1, 2), "same"),
        (normal(2, 9, 7, 1), (2, 2), (3, 3), "valid"),
        (-1 - np.abs(normal(1, 5, 5, 3)), (3, 3), (2, 2), "same"),
        (with_ties[0], (2, 2), None, "valid"),
        (with_ties[1], (3, 3), (2, 2), "same"),
    ]:
        layer = keras.layers.MaxPooling2D(pool_size, strides=strides, padding=padding)
        strides = layer.strides
        name = f"{by(x.shape)}, {by(pool_size)} /{by(strides)} {padding}"
        options = {"name": name, "poolSize": pool_size, "strides": strides, "padding": padding}
        cases.append(options | run_layer(layer, x))
    write("maxPooling2d", cases)


def dense():
    cases = []
    for n, inputs, units, activation in [
        (1, 1, 1, "linear"),
        (3, 7, 5, "linear"),
        (5, 33, 13, "relu"),
        (4, 64, 10, "linear"),
        (2, 8, 32, "relu"),
        (4, 13, 10, "softmax"),
        (2, 5, 2, "softmax"),
    ]:
        layer = keras.layers.Dense(units, activation=activation)
        case = run_layer(layer, normal(n, inputs), [kernel_of(inputs, units), normal(units)])
        cases.append({"name": f"{n}x{inputs}, {units} units, {activation}", "activation": activation} | case)
    write("dense", cases)


def rescaling():
    cases = []
    for x, scale, offset in [
        (rng.integers(0, 256, (2, 5, 3, 1)).astype("f4"), 1 / 255, 0.0),
        (rng.integers(0, 256, (1, 4, 5, 3)).astype("f4"), 1 / 127.5, -1.0),
        (normal(3, 7), -2.5, 0.125),
    ]:
        layer = keras.layers.Rescaling(scale, offset)
        options = {"name": f"scale {scale:.4g}, offset {offset}", "scale": scale, "offset": offset}
        cases.append(options | run_layer(layer, x))
    write("rescaling", cases)


def run_loss(t, output, weights, probabilities):
    """Losses per sample, their weighted mean, the probabilities, and the gradient with respect to `output`."""
    output = tf.constant(output)
    with tf.GradientTape() as tape:
        tape.watch(output)
        p = probabilities(output)
        loss = keras.losses.CategoricalCrossentropy()(t, p, sample_weight=weights)
    losses = keras.losses.CategoricalCrossentropy(reduction=None)(t, p)
    weights = {} if weights is None else {"weights": f32(weights)}
    return {"t": f32(t), **weights, "losses": f32(losses), "loss": float(loss)}, p, tape.gradient(loss, output)


def softmax_categorical_crossentropy():
    soft = rng.uniform(0, 1, (4, 5)).astype("f4")
    far = np.array([[200, 0, -200], [200, 0, -200], [0, 60, 59], [-90, -90, -90.5]], "f4")
    cases = []
    for name, z, t, weights in [
        ("one-hot", normal(5, 10), one_hot([3, 1, 4, 1, 9], 10), None),
        ("weights", 4 * normal(4, 3), one_hot([0, 2, 1, 1], 3), np.array([1, 0.5, 0, 3], "f4")),
        ("soft targets", 3 * normal(4, 5), soft / soft.sum(1, keepdims=True), None),
        ("large logits", far, one_hot([0, 2, 1, 2], 3), None),
        ("targets that do not sum to 1", normal(3, 4), np.array([[0] * 4, [1, 1, 0, 0], [0.25, 0, 0, 0]], "f4"), None),
    ]:
        softmax = keras.layers.Activation("softmax")
        case, p, dz = run_loss(t, z, weights, softmax)
        cases.append({"name": name, "z": f32(z), "p": f32(p), **case, "dz": f32(dz)})
    # With the clip of the probabilities the loss could not exceed -log(1e-7) = 16.1.
    assert max(case["loss"] for case in cases) > 50
    write("softmaxCategoricalCrossentropy", cases)


def categorical_crossentropy():
    def softmax(z):
        return np.exp(z) / np.exp(z).sum(-1, keepdims=True)

    clipped = np.array([[0, 1, 0], [1, 0, 0], [1e-9, 0.5, 0.5], [1e-6, 0, 1]], "f4")
    cases = []
    for name, p, t, weights in [
        ("one-hot", softmax(normal(4, 10)), one_hot([3, 1, 4, 9], 10), None),
        ("weights", softmax(normal(3, 5)), one_hot([0, 2, 4], 5), np.array([0.5, 2, 0], "f4")),
        ("not normalized", rng.uniform(0.1, 2, (3, 4)).astype("f4"), one_hot([1, 0, 3], 4), None),
        ("clipped", clipped, one_hot([1, 1, 0, 0], 3), None),
        ("clipped, soft targets", clipped, np.full((4, 3), 1 / 3, "f4"), None),
    ]:
        case, _, dp = run_loss(t, p, weights, tf.identity)
        cases.append({"name": name, "p": f32(p), **case, "dp": f32(dp)})
    write("categoricalCrossentropy", cases)


def accuracy():
    cases = []
    for name, t, p in [
        ("one-hot", one_hot(rng.integers(0, 10, 50), 10), normal(50, 10)),
        ("ties", one_hot(rng.integers(0, 3, 20), 3), np.round(2 * normal(20, 3))),
        ("soft targets, ties", np.round(rng.uniform(0, 1, (20, 4)), 1), np.round(rng.uniform(0, 1, (20, 4)), 1)),
    ]:
        metric = keras.metrics.CategoricalAccuracy()
        metric.update_state(t, p)
        correct = keras.metrics.categorical_accuracy(t, p)
        result = {"correct": f32(correct), "accuracy": float(metric.result())}
        cases.append({"name": name, "t": f32(t), "p": f32(p)} | result)
    write("categoricalAccuracy", cases)


def rmsprop():
    cases = []
    scales = np.array([0, 1e-9, 1e-6, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 1e3], "f4")
    for name, options in [
        ("defaults", {}),
        ("momentum", {"momentum": 0.9}),
        ("centered", {"centered": True}),
        ("centered, momentum", {"centered": True, "momentum": 0.9}),
        ("learning rate, rho, epsilon", {"learning_rate": 0.01, "rho": 0.99, "epsilon": 1e-5}),
    ]:
        optimizer = keras.optimizers.RMSprop(**options)
        w = keras.Variable(normal(4, 10))
        case = {"name": name, "learningRate": options.get("learning_rate", 0.001)}
        case |= {key: optimizer.get_config()[key] for key in ("rho", "momentum", "epsilon", "centered")}
        case |= {"w": f32(w), "steps": []}
        for _ in range(5):
            gradient = normal(4, 10) * scales
            optimizer.apply([tf.constant(gradient)], [w])
            case["steps"].append({"gradient": f32(gradient), "w": f32(w)})
        case["velocity"] = f32(optimizer._velocities[0])
        if optimizer.momentum > 0:
            case["momentumSlot"] = f32(optimizer._momentums[0])
        if optimizer.centered:
            case["averageGradient"] = f32(optimizer._average_gradients[0])
        cases.append(case)
    write("rmsprop", cases)


def glorot_uniform():
    cases = []
    for shape in [(3, 3, 1, 32), (3, 3, 32, 64), (2, 5, 3, 7), (1, 1, 8, 8), (576, 64), (64, 10), (1, 1), (12,)]:
        fan_in, fan_out = keras.src.initializers.random_initializers.compute_fans(shape)
        scale = 1 / max(1.0, (fan_in + fan_out) / 2)
        limit = float(np.sqrt(3 * scale))
        drawn = np.abs(np.concatenate([keras.initializers.GlorotUniform(seed)(shape) for seed in range(20)]))
        assert limit * 0.75 < drawn.max() <= limit, (shape, limit, drawn.max())
        cases.append({"name": str(shape), "shape": shape, "fanIn": fan_in, "fanOut": fan_out, "limit": limit})
    write("glorotUniform", cases)


def rescaling_per_channel():
    cases = []
    for shape, scale, offset in [
        ((2, 5, 3, 3), [0.5, -2.0, 3.0], [1.0, 0.25, -1.5]),
        ((3, 4, 5), [0.1, 0.2, 0.3, 0.4, 0.5], 0.0),
        ((2, 3, 11), -0.5, [float(i) for i in range(11)]),
    ]:
        layer = keras.layers.Rescaling(scale, offset)
        options = {"name": f"{shape}, scale {scale}, offset {offset}", "scale": scale, "offset": offset}
        cases.append(options | run_layer(layer, normal(*shape)))
    write("rescalingPerChannel", cases)


def make():
    conv2d()
    max_pooling2d()
    dense()
    rescaling()
    softmax_categorical_crossentropy()
    categorical_crossentropy()
    accuracy()
    rmsprop()
    glorot_uniform()
    rescaling_per_channel()
