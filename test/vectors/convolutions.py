"""Vectors of convolutions other than Conv2D without groups: both passes, several options, awkward sizes."""

import keras
import numpy as np
import tensorflow as tf
from encode import f32, write

rng = np.random.default_rng(22)


def normal(*shape, deviation=0.5):
    return rng.normal(0, deviation, shape).astype("f4")


def in_groups(x, weights, layer):
    """What a layer with groups computes, out of convolutions without: TensorFlow has no gradient of those on a CPU."""
    kernel, *bias = weights
    xs, kernels = tf.split(x, layer.groups, -1), tf.split(kernel, layer.groups, -1)
    same = {"strides": layer.strides, "padding": layer.padding.upper(), "dilations": layer.dilation_rate}
    y = tf.concat([tf.nn.convolution(x, k, **same) for x, k in zip(xs, kernels)], -1)
    return layer.activation(y + bias[0] if bias else y)


def run(layer, shape):
    x = tf.constant(normal(*shape))
    layer.build(x.shape)
    layer.set_weights([normal(*w.shape, deviation=1 / np.sqrt(max(1, np.prod(w.shape[:-2])))) for w in layer.weights])
    weights = [tf.constant(w.value) for w in layer.weights]
    with tf.GradientTape() as tape:
        tape.watch([x, *weights])
        if getattr(layer, "groups", 1) > 1:
            y = in_groups(x, weights, layer)
            np.testing.assert_allclose(y, layer(x), rtol=1e-5, atol=1e-6)
        else:
            y = layer.stateless_call(weights, [], x)[0]
    dy = normal(*y.shape)
    dx, *dweights = tape.gradient(y, [x, *weights], output_gradients=tf.constant(dy))
    case = {"x": f32(x), "y": f32(y), "dy": f32(dy), "dx": f32(dx)}
    return case | {"weights": [f32(w) for w in weights], "dweights": [f32(w) for w in dweights]}


def make():
    layers = keras.layers
    cases = []
    for shape, kind, options in [
        # fmt: off
        ((2, 5, 6, 1), layers.DepthwiseConv2D, {"kernel_size": 3}),
        ((2, 7, 6, 8), layers.DepthwiseConv2D, {"kernel_size": 3, "padding": "same", "activation": "relu"}),
        ((1, 8, 7, 12), layers.DepthwiseConv2D, {"kernel_size": 3, "padding": "same", "strides": 2}),
        ((1, 9, 9, 5), layers.DepthwiseConv2D, {"kernel_size": (5, 5), "strides": (2, 2), "use_bias": False}),
        ((2, 6, 7, 3), layers.DepthwiseConv2D, {"kernel_size": (2, 3), "depth_multiplier": 3, "padding": "same"}),
        ((1, 7, 7, 2), layers.DepthwiseConv2D, {"kernel_size": 3, "depth_multiplier": 4, "strides": 2, "padding": "same"}),
        ((1, 9, 8, 9), layers.DepthwiseConv2D, {"kernel_size": 3, "dilation_rate": 2, "padding": "same"}),
        ((1, 9, 8, 17), layers.DepthwiseConv2D, {"kernel_size": (3, 2), "dilation_rate": (2, 3)}),
        ((1, 4, 4, 16), layers.DepthwiseConv2D, {"kernel_size": 1}),
        ((2, 6, 7, 3), layers.SeparableConv2D, {"filters": 5, "kernel_size": 3}),
        ((2, 7, 6, 4), layers.SeparableConv2D, {"filters": 8, "kernel_size": 3, "padding": "same", "strides": 2, "activation": "relu"}),
        ((1, 6, 6, 3), layers.SeparableConv2D, {"filters": 2, "kernel_size": (3, 2), "depth_multiplier": 2, "use_bias": False}),
        ((1, 8, 8, 2), layers.SeparableConv2D, {"filters": 3, "kernel_size": 3, "dilation_rate": 2, "padding": "same"}),
        ((2, 6, 5, 4), layers.Conv2D, {"filters": 6, "kernel_size": 3, "groups": 2}),
        ((1, 7, 7, 6), layers.Conv2D, {"filters": 9, "kernel_size": (3, 2), "groups": 3, "padding": "same", "strides": 2, "activation": "relu"}),
        ((1, 7, 6, 4), layers.Conv2D, {"filters": 8, "kernel_size": 3, "groups": 4, "padding": "same"}),
        ((1, 8, 7, 8), layers.Conv2D, {"filters": 16, "kernel_size": 3, "groups": 2, "dilation_rate": 2, "use_bias": False}),
        ((2, 4, 5, 3), layers.Conv2DTranspose, {"filters": 2, "kernel_size": 3}),
        ((2, 4, 5, 3), layers.Conv2DTranspose, {"filters": 5, "kernel_size": 3, "strides": 2, "padding": "same", "activation": "relu"}),
        ((1, 8, 3, 2), layers.Conv2DTranspose, {"filters": 3, "kernel_size": 3, "strides": 2}),
        ((1, 3, 4, 8), layers.Conv2DTranspose, {"filters": 9, "kernel_size": 2, "strides": 3, "use_bias": False}),
        ((1, 4, 4, 2), layers.Conv2DTranspose, {"filters": 3, "kernel_size": 4, "strides": 2, "padding": "same"}),
        ((1, 4, 3, 2), layers.Conv2DTranspose, {"filters": 3, "kernel_size": (3, 5), "strides": (2, 3), "padding": "same", "output_padding": 1}),
        ((1, 4, 3, 2), layers.Conv2DTranspose, {"filters": 3, "kernel_size": 3, "strides": 2, "output_padding": (0, 1)}),
        ((2, 9, 3), layers.Conv1D, {"filters": 4, "kernel_size": 3}),
        ((2, 9, 3), layers.Conv1D, {"filters": 8, "kernel_size": 3, "padding": "causal", "dilation_rate": 2, "activation": "relu"}),
        ((1, 10, 1), layers.Conv1D, {"filters": 5, "kernel_size": 4, "padding": "causal", "strides": 3}),
        ((2, 11, 4), layers.Conv1D, {"filters": 3, "kernel_size": 5, "padding": "same", "strides": 2, "use_bias": False}),
        ((1, 8, 4), layers.Conv1D, {"filters": 6, "kernel_size": 3, "padding": "same", "groups": 2}),
        ((2, 9, 5), layers.DepthwiseConv1D, {"kernel_size": 3, "padding": "same", "depth_multiplier": 2}),
        ((2, 9, 8), layers.DepthwiseConv1D, {"kernel_size": 4, "strides": 2, "activation": "relu"}),
        ((2, 9, 3), layers.SeparableConv1D, {"filters": 4, "kernel_size": 3, "padding": "same", "strides": 2}),
        ((1, 9, 3), layers.SeparableConv1D, {"filters": 4, "kernel_size": 3, "dilation_rate": 2, "depth_multiplier": 2}),
        ((2, 5, 3), layers.Conv1DTranspose, {"filters": 4, "kernel_size": 3, "strides": 2, "padding": "same"}),
        ((1, 5, 2), layers.Conv1DTranspose, {"filters": 3, "kernel_size": 2, "strides": 3, "output_padding": 2, "activation": "relu"}),
        # fmt: on
    ]:
        layer = kind(**options)
        name = f"{kind.__name__} {options} on {shape}"
        cases.append({"name": name, "className": kind.__name__, "config": options} | run(layer, shape))
    write("convolutions", cases)
