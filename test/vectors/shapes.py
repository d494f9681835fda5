"""Vectors of normalisations, pooling and layers that change shapes: made by options as users write them, both passes."""

import re

import keras
import numpy as np
import tensorflow as tf
from encode import f32, write

rng = np.random.default_rng(22)


def snake(name):
    return re.sub("([A-Z])", lambda match: "_" + match[1].lower(), name)


def class_of(layer):
    """MaxPooling2D for maxPooling2d."""
    names = {name.lower(): name for name in dir(keras.layers)}
    return getattr(keras.layers, names[layer.lower()])


def case(layer, shape, options={}, training=False, trainable=True, scale=0.5, shift=0.0, gradient=True):
    """Outputs, gradients for a random upstream gradient, and weights before and after."""
    made = class_of(layer)(**{snake(key): value for key, value in options.items()})
    made.trainable = trainable
    x = tf.constant(rng.normal(shift, scale, shape).astype("f4"))
    made.build(x.shape)
    for weight in made.weights:
        positive = "variance" in weight.name
        weight.assign(rng.uniform(0.3, 2, weight.shape) if positive else rng.normal(0, 0.7, weight.shape))
    weights = [f32(weight) for weight in made.weights]
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = made(x, training=training) if training is not None else made(x)
    if gradient:
        dy = rng.normal(0, 0.5, y.shape).astype("f4")
        dx, *dweights = tape.gradient(y, [x, *made.trainable_variables], output_gradients=tf.constant(dy))
    name = f"{layer} {tuple(shape)} {options}" + (" training" if training else "") + ("" if trainable else " frozen")
    result = {"name": name, "layer": layer, "options": options, "training": bool(training), "trainable": trainable}
    result |= {"x": f32(x), "y": f32(y), "weights": weights, "after": [f32(weight) for weight in made.weights]}
    if not gradient:
        return result
    return result | {"dy": f32(dy), "dx": f32(dx), "dweights": [f32(each) for each in dweights]}


def normalization():
    cases = []
    for training, trainable in [(True, True), (True, False), (False, True)]:
        for shape, options in [
            ((5, 4, 3, 6), {}),
            ((3, 5, 5, 8), {"momentum": 0.5, "epsilon": 1e-5}),
            ((7, 13), {"axis": 1}),
            ((2, 9, 7, 17), {"axis": 3, "scale": False}),
            ((2, 6, 3), {"center": False}),
            ((4, 3, 3, 1), {"center": False, "scale": False}),
        ]:
            cases.append(case("batchNormalization", shape, options, training=training, trainable=trainable))
    cases.append(case("batchNormalization", (6, 8, 8, 5), training=True, scale=1, shift=4))
    for shape, options in [
        ((3, 7), {}),
        ((2, 3, 4, 12), {"epsilon": 1e-5}),
        ((2, 3, 4, 5), {"axis": [1, 2, 3]}),
        ((2, 3, 4, 5), {"axis": [1, 2]}),
        ((2, 3, 4, 5), {"axis": 1, "center": False}),
        ((2, 4, 7, 5), {"axis": 2, "scale": False}),
        ((2, 3, 4, 9), {"axis": [-1, -2], "center": False, "scale": False}),
    ]:
        cases.append(case("layerNormalization", shape, options, training=None, scale=1))
    for shape, options in [
        ((2, 3, 4, 8), {"groups": 2}),
        ((2, 3, 5, 6), {"groups": -1}),
        ((2, 5, 3, 9), {"groups": 1, "epsilon": 1e-5}),
        ((3, 12), {"groups": 4, "scale": False}),
        ((2, 5, 15), {"groups": 3, "center": False}),
        ((2, 4, 3, 32), {}),
    ]:
        cases.append(case("groupNormalization", shape, options, training=None))
    for shape, options in [((3, 7), {}), ((2, 3, 4, 12), {"epsilon": 1e-3}), ((2, 3, 4), {"axis": [1, 2]})]:
        cases.append(case("rmsNormalization", shape, options, training=None))
    for shape, options in [((3, 7), {}), ((2, 3, 4, 5), {"axis": [1, 2]}), ((2, 3, 4), {"axis": 1})]:
        cases.append(case("unitNormalization", shape, options, training=None))
    for shape, options in [
        ((2, 3, 4, 3), {"mean": [0.1, 0.5, -1], "variance": [0.5, 2, 1e-16]}),
        ((3, 5), {"axis": None, "mean": 0.25, "variance": 0.5}),
        ((2, 4, 2), {"mean": [1, 2], "variance": [0.25, 4], "invert": True}),
        ((2, 2, 3), {"axis": [1, 2], "mean": [[1, 2, 3], [4, 5, 6]], "variance": [[1, 2, 3], [4, 5, 0.5]]}),
    ]:
        cases.append(case("normalization", shape, options, training=None))
    write("normalization", cases)


def normalization_axes():
    """Channels that are not along the last axis."""
    cases = []
    for training in (True, False):
        for shape, options in [((5, 4, 3, 6), {"axis": 1}), ((3, 5, 7, 2), {"axis": -2}), ((4, 6, 3), {"axis": 1, "scale": False})]:
            cases.append(case("batchNormalization", shape, options, training=training))
    cases.append(case("groupNormalization", (3, 6, 5, 2), {"groups": 2, "axis": 1}, training=None))
    cases.append(case("groupNormalization", (2, 4, 9), {"groups": 2, "axis": -2, "center": False}, training=None))
    write("normalizationAxes", cases)


def pooling():
    cases = []
    for shape, options in [
        ((2, 6, 8, 3), {"poolSize": 2}),
        ((2, 7, 5, 8), {"poolSize": [2, 2], "padding": "same"}),
        ((1, 9, 8, 5), {"poolSize": [3, 3], "strides": [2, 2]}),
        ((2, 8, 9, 3), {"poolSize": [3, 3], "strides": [2, 2], "padding": "same"}),
        ((1, 6, 5, 13), {"poolSize": [3, 2], "strides": [1, 1], "padding": "same"}),
        ((2, 9, 7, 1), {"poolSize": [2, 2], "strides": [3, 3]}),
    ]:
        cases.append(case("averagePooling2d", shape, options, training=None))
    for layer in ["maxPooling1d", "averagePooling1d"]:
        for shape, options in [
            ((2, 8, 3), {"poolSize": 2}),
            ((2, 7, 5), {"poolSize": 3, "strides": 2, "padding": "same"}),
            ((2, 9, 4), {"poolSize": 2, "strides": 1}),
        ]:
            cases.append(case(layer, shape, options, training=None))
    for shape, layer in [((2, 5, 7, 3), "2d"), ((3, 4, 4, 16), "2d"), ((2, 9, 5), "1d")]:
        for keepdims in [False, True]:
            for kind in ["globalAveragePooling", "globalMaxPooling"]:
                cases.append(case(kind + layer, shape, {"keepdims": keepdims}, training=None))
    # Equal maxima share the gradient.
    tied = case("globalMaxPooling2d", (3, 3, 4, 3), training=None, scale=0.0)
    cases.append(tied)
    for kind in ["adaptiveAveragePooling", "adaptiveMaxPooling"]:
        cases.append(case(kind + "1d", (2, 7, 3), {"outputSize": 3}, training=None))
        cases.append(case(kind + "2d", (2, 7, 5, 3), {"outputSize": [3, 2]}, training=None))
        cases.append(case(kind + "2d", (2, 6, 9, 4), {"outputSize": [3, 4]}, training=None))
        cases.append(case(kind + "2d", (1, 4, 4, 2), {"outputSize": 2}, training=None))
    write("pooling", cases)


def shapes():
    cases = []
    for layer, shape, options in [
        ("zeroPadding2d", (2, 3, 4, 3), {}),
        ("zeroPadding2d", (2, 3, 4, 3), {"padding": 2}),
        ("zeroPadding2d", (1, 3, 2, 5), {"padding": [0, 2]}),
        ("zeroPadding2d", (1, 3, 2, 4), {"padding": [[0, 1], [2, 3]]}),
        ("zeroPadding1d", (2, 3, 4), {}),
        ("zeroPadding1d", (2, 3, 5), {"padding": [0, 2]}),
        ("cropping2d", (2, 5, 6, 3), {}),
        ("cropping2d", (2, 5, 6, 3), {"cropping": 1}),
        ("cropping2d", (2, 5, 6, 4), {"cropping": [2, 1]}),
        ("cropping2d", (2, 5, 6, 5), {"cropping": [[0, 1], [3, 2]]}),
        ("cropping1d", (2, 5, 3), {}),
        ("cropping1d", (2, 5, 3), {"cropping": [0, 3]}),
        ("reshape", (2, 3, 4, 2), {"targetShape": [6, 4]}),
        ("reshape", (2, 3, 4, 2), {"targetShape": [-1, 8]}),
        ("permute", (2, 3, 4), {"dims": [2, 1]}),
        ("permute", (2, 3, 4, 5), {"dims": [3, 1, 2]}),
        ("permute", (2, 3, 4, 5), {"dims": [2, 1, 3]}),
        ("permute", (2, 3, 4, 5), {"dims": [3, 2, 1]}),
        ("permute", (2, 2, 3, 4, 5), {"dims": [4, 2, 3, 1]}),
        ("repeatVector", (3, 5), {"n": 4}),
        ("identity", (3, 5), {}),
        ("upSampling1d", (2, 3, 5), {}),
        ("upSampling1d", (2, 3, 4), {"size": 3}),
        ("upSampling2d", (2, 3, 4, 3), {}),
        ("upSampling2d", (2, 3, 2, 8), {"size": [3, 1]}),
        ("upSampling2d", (1, 2, 3, 5), {"size": [1, 4]}),
        ("upSampling2d", (2, 3, 4, 3), {"interpolation": "bilinear"}),
        ("upSampling2d", (1, 4, 3, 5), {"interpolation": "bilinear", "size": [3, 5]}),
        ("upSampling2d", (1, 5, 6, 2), {"interpolation": "bicubic"}),
        ("upSampling2d", (1, 7, 8, 4), {"interpolation": "lanczos3"}),
        ("upSampling2d", (1, 5, 12, 3), {"interpolation": "lanczos5", "size": 3}),
    ]:
        cases.append(case(layer, shape, options, training=None))
    write("shapes", cases)


def resizing():
    cases = []
    for interpolation in ["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5", "area"]:
        for antialias in [False, True]:
            if antialias and interpolation in ["nearest", "area"]:
                continue
            for size, target in [((9, 7), (4, 5)), ((5, 6), (11, 13)), ((12, 3), (5, 3)), ((1, 4), (3, 2))]:
                options = {"height": target[0], "width": target[1], "interpolation": interpolation}
                if antialias:
                    options |= {"antialias": True}
                # TensorFlow has no gradient of area.
                gradient = interpolation != "area"
                cases.append(case("resizing", (2, *size, 3), options, training=None, gradient=gradient))
    for size, target in [((8, 6), (5, 7)), ((6, 9), (6, 4)), ((5, 12), (4, 4)), ((7, 4), (3, 3))]:
        options = {"height": target[0], "width": target[1]}
        cases.append(case("resizing", (1, *size, 2), options | {"cropToAspectRatio": True}, training=None))
        pad = {"padToAspectRatio": True, "fillValue": 0.5}
        cases.append(case("resizing", (1, *size, 2), options | pad, training=None))
    for size, target in [((8, 9), (4, 4)), ((7, 6), (5, 6)), ((4, 7), (6, 5)), ((5, 5), (8, 8))]:
        options = {"height": target[0], "width": target[1]}
        cases.append(case("centerCrop", (2, *size, 3), options, training=None))
    write("resizing", cases)


def identities():
    """Flatten, and what draws random numbers: the identity at inference. Keras draws others in training."""
    cases = [case("flatten", shape, training=None) for shape in [(2, 3, 4, 2), (3, 5), (1, 1, 1, 1)]]
    for layer, options in [
        ("dropout", {"rate": 0.5}),
        ("spatialDropout1d", {"rate": 0.5}),
        ("spatialDropout2d", {"rate": 0.5}),
        ("gaussianNoise", {"stddev": 0.5}),
        ("gaussianDropout", {"rate": 0.5}),
        ("alphaDropout", {"rate": 0.5}),
    ]:
        shape = (2, 3, 5) if layer.endswith("1d") else (2, 3, 4, 5)
        cases.append(case(layer, shape, options, gradient=False))
    write("identities", cases)


def make():
    normalization()
    pooling()
    shapes()
    resizing()
    identities()
    normalization_axes()
