"""Vectors of what layers have their weights with: initializers, regularizers, constraints."""

import keras
import numpy as np
import tensorflow as tf
from encode import f32, write

rng = np.random.default_rng(21)


def initializers():
    """What Keras' initializers draw from: their mean, standard deviation, and greatest size where there is one."""
    cases = []
    shape = (3, 3, 8, 24)
    for initializer in [
        keras.initializers.RandomUniform(),
        keras.initializers.RandomUniform(0.1, 0.3),
        keras.initializers.RandomNormal(),
        keras.initializers.RandomNormal(0.5, 2.0),
        keras.initializers.TruncatedNormal(),
        keras.initializers.TruncatedNormal(-0.2, 0.1),
        keras.initializers.GlorotNormal(),
        keras.initializers.HeNormal(),
        keras.initializers.HeUniform(),
        keras.initializers.LecunNormal(),
        keras.initializers.LecunUniform(),
        keras.initializers.VarianceScaling(),
        keras.initializers.VarianceScaling(2.0, "fan_out", "untruncated_normal"),
        keras.initializers.VarianceScaling(0.5, "fan_avg", "truncated_normal"),
        keras.initializers.VarianceScaling(3.0, "fan_out", "uniform"),
        keras.initializers.GlorotUniform(),
        keras.initializers.Orthogonal(),
        keras.initializers.Orthogonal(2.0),
    ]:
        config = {key: value for key, value in initializer.get_config().items() if value is not None}
        normal = type(initializer).__name__ in ["RandomNormal", "Orthogonal"] or config.get("distribution") == "untruncated_normal"
        drawn = []
        for seed in range(400):
            copy = type(initializer).from_config(config | {"seed": seed})
            drawn.append(np.asarray(copy(shape), "f8").ravel())
        drawn = np.concatenate(drawn)
        # The greatest of so many numbers is the limit, as far as they tell.
        limit = None if normal else float(np.abs(drawn).max())
        case = {"name": f"{type(initializer).__name__} {config}", "className": type(initializer).__name__, "config": config}
        cases.append(case | {"shape": shape, "mean": float(drawn.mean()), "stddev": float(drawn.std()), "limit": limit})
    write("initializers", cases)
    fixed = []
    for initializer, shape in [
        (keras.initializers.Zeros(), (2, 3)),
        (keras.initializers.Ones(), (2, 3)),
        (keras.initializers.Constant(-2.5), (4,)),
        (keras.initializers.Identity(), (3, 3)),
        (keras.initializers.Identity(0.5), (2, 5)),
        (keras.initializers.Identity(0.5), (5, 2)),
    ]:
        name, config = type(initializer).__name__, initializer.get_config()
        # Which Keras leaves out.
        if name == "Identity":
            config = {"gain": initializer.gain}
        fixed.append({"name": f"{name} {config} {shape}", "className": name, "config": config, "w": f32(initializer(shape))})
    write("fixedInitializers", fixed)


def regularizers():
    cases = []
    for shape, regularizer in [
        ((2, 3), keras.regularizers.L1()),
        ((3, 2, 2, 5), keras.regularizers.L1(0.3)),
        ((7,), keras.regularizers.L2()),
        ((3, 3, 2, 3), keras.regularizers.L2(0.1)),
        ((4, 5), keras.regularizers.L1L2(0.2, 0.05)),
        ((4, 5), keras.regularizers.OrthogonalRegularizer()),
        ((5, 3), keras.regularizers.OrthogonalRegularizer(0.5, "columns")),
        ((2, 7), keras.regularizers.OrthogonalRegularizer(0.5, "rows")),
    ]:
        w = rng.normal(0, 0.5, shape).astype("f4")
        w.flat[0] = 0
        w = tf.constant(w)
        with tf.GradientTape() as tape:
            tape.watch(w)
            penalty = regularizer(w)
        name = type(regularizer).__name__
        config = regularizer.get_config()
        case = {"name": f"{name} {config} of {shape}", "className": name, "config": config}
        cases.append(case | {"w": f32(w), "penalty": float(penalty), "dw": f32(tape.gradient(penalty, w))})
    write("regularizers", cases)


def constraints():
    cases = []
    for shape, constraint in [
        ((3, 5), keras.constraints.MaxNorm()),
        ((3, 5), keras.constraints.MaxNorm(0.5, axis=1)),
        ((3, 2, 3, 5), keras.constraints.MaxNorm(0.7, axis=[0, 1, 2])),
        ((3, 2, 3, 5), keras.constraints.MaxNorm(0.7, axis=-2)),
        ((3, 2, 3, 4), keras.constraints.MaxNorm(0.7, axis=[0, 2])),
        ((3, 2, 3, 4), keras.constraints.MaxNorm(0.7, axis=[1, 3])),
        ((6,), keras.constraints.MaxNorm(0.4)),
        ((4, 9), keras.constraints.MinMaxNorm()),
        ((4, 9), keras.constraints.MinMaxNorm(0.8, 1.2, 0.3, axis=0)),
        ((3, 3, 2, 6), keras.constraints.MinMaxNorm(2.0, 3.0, 0.75, axis=[0, 1])),
        ((2, 3, 7), keras.constraints.NonNeg()),
        ((4, 7), keras.constraints.UnitNorm()),
        ((2, 2, 3, 5), keras.constraints.UnitNorm(axis=[0, 1, 2, 3])),
    ]:
        w = rng.normal(0, 0.5, shape).astype("f4")
        w[..., -1] = 0
        name = type(constraint).__name__
        config = constraint.get_config()
        case = {"name": f"{name} {config} of {shape}", "className": name, "config": config}
        cases.append(case | {"w": f32(w), "after": f32(constraint(w))})
    write("constraints", cases)


def activity_penalties():
    """Training and evaluation of a network whose layers have penalties on what they give out; the last batches are short."""
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input((6, 5, 2)),
            layers.Conv2D(4, 3, activation="relu", activity_regularizer=keras.regularizers.L1L2(0.02, 0.01)),
            layers.MaxPooling2D(2),
            layers.DepthwiseConv2D(1, activity_regularizer=keras.regularizers.L1(0.03)),
            layers.ActivityRegularization(l2=0.02),
            layers.Flatten(),
            layers.Dense(3, activation="softmax", activity_regularizer="l2", kernel_regularizer="l1"),
        ]
    )
    model.compile(keras.optimizers.SGD(0.1), "categorical_crossentropy")
    for w in model.trainable_variables:
        w.assign(rng.normal(0, 0.5, w.shape))
    x = rng.normal(0, 1, (8, 6, 5, 2)).astype("f4")
    t = np.eye(3, dtype="f4")[rng.integers(0, 3, 8)]
    case = {"name": "all kinds", "weights": [f32(w) for w in model.get_weights()], "x": f32(x), "t": f32(t)}
    case["evaluated"] = model.evaluate(x, t, batch_size=5, verbose=0)
    history = model.fit(x, t, batch_size=5, epochs=3, shuffle=False, verbose=0).history
    write("activityPenalties", [case | {"losses": history["loss"], "after": [f32(w) for w in model.get_weights()]}])


def make():
    initializers()
    regularizers()
    activity_penalties()
    constraints()
