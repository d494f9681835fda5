"""Vectors of layers that stand for keras.ops, in the form of those of branches.py, both passes."""

import json

import branches
import keras
import numpy as np
from branches import normal, run
from encode import f32, write
from keras import ops
from keras.src.applications.convnext import LayerScale, StochasticDepth


def reduction(operation, axis, keepdims=False):
    config = {"operation": operation, "axis": axis, "keepdims": keepdims}
    return "Reduction", config, lambda x: getattr(ops, operation)(x, axis=axis, keepdims=keepdims)


def positive(*shape):
    return np.abs(normal(*shape)) + 0.1


def make():
    branches.rng = np.random.default_rng(31)
    x, y, images = normal(2, 3, 5), normal(2, 3, 5), normal(2, 4, 3, 5)
    ties = np.round(normal(2, 3, 6))
    all_, inner = [None, None, None], [1, None, None]
    cases = []
    for class_name, config, function, xs in [
        ("Absolute", {}, ops.absolute, [x]),
        ("Absolute", {}, ops.absolute, [ties]),
        ("Log", {}, ops.log, [positive(2, 11)]),
        ("Power", {"exponent": 3}, lambda x: ops.power(x, 3), [x]),
        ("Power", {"exponent": -2}, lambda x: ops.power(x, -2.0), [positive(2, 9)]),
        ("Power", {"exponent": 0.5}, ops.sqrt, [positive(2, 9)]),
        ("Power", {"exponent": -0.5}, ops.rsqrt, [positive(2, 9)]),
        ("Power", {"exponent": 2.5}, lambda x: x**2.5, [positive(2, 7)]),
        ("Power", {"exponent": -0.3}, lambda x: x**-0.3, [positive(2, 7)]),
        ("Power", {"exponent": 0}, lambda x: x**0.0, [x]),
        ("Clip", {"min": -1, "max": 2}, lambda x: ops.clip(x, -1, 2), [x]),
        ("Clip", {"min": -1, "max": 2}, lambda x: ops.clip(x, -1, 2), [ties]),
        ("Clip", {"min": None, "max": 1}, lambda x: ops.minimum(x, 1.0), [ties]),
        ("Clip", {"min": 0, "max": None}, lambda x: ops.maximum(x, 0.0), [ties]),
        ("Divide", {}, ops.divide, [x, positive(2, 3, 5)]),
        ("Divide", {}, ops.divide, [images, positive(2, 1, 1, 5)]),
        ("Divide", {}, ops.divide, [normal(2, 3, 1), positive(2, 3, 5)]),
        (*reduction("sum", -1), [images]),
        (*reduction("sum", [1, 3], True), [images]),
        (*reduction("mean", [1, 2, 3], True), [images]),
        (*reduction("mean", 2), [images]),
        (*reduction("max", -1, True), [images]),
        (*reduction("max", [1, -1]), [ties]),
        (*reduction("max", 1), [images]),
        (*reduction("min", [2, 1]), [images]),
        (*reduction("min", -1), [ties]),
        ("Slice", {"at": [inner]}, lambda x: x[:, 1:], [x]),
        ("Slice", {"at": [None, -2]}, lambda x: x[:, :, -2], [x]),
        ("Slice", {"at": ["...", [None, None, -1]]}, lambda x: x[..., ::-1], [images]),
        ("Slice", {"at": [[-3, -1, None], 1, [None, None, 2]]}, lambda x: x[:, -3:-1, 1, ::2], [images]),
        ("Slice", {"at": [all_, "newaxis", "...", 0]}, lambda x: x[:, :, None, ..., 0], [images]),
        ("StochasticDepth", {"drop_path_rate": 0.0}, StochasticDepth(0.0), [x]),
    ]:
        xs, y, dy, dxs = run(function, xs)
        name = f"{class_name} {config} on {[tuple(x.shape) for x in xs]}"
        arrays = {"xs": [f32(x) for x in xs], "y": f32(y), "dy": f32(dy), "dxs": [f32(dx) for dx in dxs]}
        cases.append({"name": name, "className": class_name, "config": config} | arrays)
    layer = LayerScale(0.3, 5)
    layer.build(images.shape)
    layer.gamma.assign(normal(5))
    xs, y, dy, (dx, dgamma) = run(layer, [images], [layer.gamma.value])
    arrays = {"xs": [f32(x) for x in xs], "y": f32(y), "dy": f32(dy), "dxs": [f32(dx)]}
    arrays |= {"weights": [f32(layer.gamma.numpy())], "dweights": [f32(dgamma)]}
    config = {"init_values": 0.3, "projection_dim": 5}
    cases.append({"name": "LayerScale", "className": "LayerScale", "config": config} | arrays)
    for class_name, function, size, shape in [
        ("DepthToSpace", ops.depth_to_space, 2, (2, 3, 1, 12)),
        ("DepthToSpace", ops.depth_to_space, 3, (2, 2, 3, 9)),
        ("SpaceToDepth", ops.space_to_depth, 2, (2, 4, 6, 3)),
        ("SpaceToDepth", ops.space_to_depth, 3, (2, 3, 6, 1)),
    ]:
        xs, y, dy, dxs = run(lambda x: function(x, size), [normal(*shape)])
        arrays = {"xs": [f32(x) for x in xs], "y": f32(y), "dy": f32(dy), "dxs": [f32(dx) for dx in dxs]}
        config = {"block_size": size}
        cases.append({"name": f"{class_name} {size}", "className": class_name, "config": config} | arrays)
    write("operators", cases)
    functions()


def functions():
    """Functions that are several layers here: models that call one, as Keras writes them, and what they predict."""
    images, colours, sequences = (4, 3, 8), (3, 4, 3), (5, 6)
    around = [[0, 0], [2, 1], [1, 0], [0, 0]]
    cases = []
    for name, shape, function in [
        ("pad reflect", images, lambda x: ops.pad(x, around, mode="reflect")),
        ("pad symmetric", images, lambda x: ops.pad(x, [*around[:3], [1, 2]], mode="symmetric")),
        ("pad with a number", images, lambda x: ops.pad(x, around, constant_values=1.5)),
        ("take", images, lambda x: ops.take(x, [2, 0, -1], axis=-1)),
        ("take one", images, lambda x: ops.take(x, 2, axis=2)),
        ("roll", images, lambda x: ops.roll(x, 1, axis=1)),
        ("roll along two axes", images, lambda x: ops.roll(x, (-2, 1), axis=(1, 3))),
        ("logsumexp", images, lambda x: ops.logsumexp(40 * x, axis=-1, keepdims=True)),
        ("logsumexp along two axes", images, lambda x: ops.logsumexp(x, axis=(1, 2))),
        ("moments", images, lambda x: list(ops.moments(x, axes=[1, 2]))),
        ("norm of images", images, lambda x: ops.norm(x, axis=(1, 2), keepdims=True)),
        ("norm", sequences, lambda x: ops.norm(x, axis=-1)),
        ("rgb_to_grayscale", colours, ops.image.rgb_to_grayscale),
        ("expm1", sequences, ops.expm1),
        ("ones_like", sequences, lambda x: ops.ones_like(x) - x),
        ("zeros_like", sequences, lambda x: ops.zeros_like(x) + x),
        ("depth_to_space of any size", (None, None, 8), lambda x: ops.depth_to_space(x, 2)),
        ("space_to_depth", images, lambda x: ops.space_to_depth(x[:, :, :2], 2)),
    ]:
        keras.backend.clear_session()
        x = keras.Input(shape)
        model = keras.Model(x, function(x))
        given = normal(2, *(3 if size is None else size for size in shape))
        outputs = model(given)
        outputs = outputs if isinstance(outputs, list) else [outputs]
        case = {"name": name, "model": json.loads(model.to_json()), "x": f32(given)}
        cases.append(case | {"outputs": [f32(np.array(y)) for y in outputs]})
    write("functions", cases)
