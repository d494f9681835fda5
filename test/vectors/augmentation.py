"""Vectors of augmentations: configs, and images that Keras made with our random numbers. A layer's numbers are the words of the Philox
blocks (4 * sample, purpose, position, step) on, in the order in which Keras draws them; each sample is a batch by itself."""

import json
import re
from statistics import NormalDist

import keras
import numpy as np
import tensorflow as tf
from encode import f32, write
from keras.src.backend.tensorflow import random as keras_random

rng = np.random.default_rng(31)
SEED, POSITION, STEP, AUGMENT = 2**32 + 5, 3, 17, 4
NAMES = ["uniform", "randint", "normal"]


def philox(counter, key):
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        a, b = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (b >> 32) ^ c1 ^ k0, b & 0xFFFFFFFF, (a >> 32) ^ c3 ^ k1, a & 0xFFFFFFFF
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return [c0, c1, c2, c3]


def words(first, blocks, purpose):
    key = SEED & 0xFFFFFFFF, SEED >> 32
    return [word >> 8 for i in range(blocks) for word in philox((first + i, purpose, POSITION, STEP), key)]


class Numbers:
    """What Keras takes its random numbers from."""

    def __init__(self, units, noise):
        self.units = iter(np.float32(bits) / np.float32(2**24) for bits in units)
        self.noise = noise

    def take(self, shape):
        count = int(np.prod(shape, dtype=int))
        return np.array([next(self.units) for _ in range(count)], "f4").reshape(shape)

    def uniform(self, shape, minval=0.0, maxval=1.0, dtype=None, seed=None):
        low, high = np.float32(minval), np.float32(maxval)
        return tf.constant(low + self.take([int(each) for each in shape]) * (high - low))

    def randint(self, shape, minval, maxval, dtype="int32", seed=None):
        return tf.cast(tf.constant(np.floor(minval + self.take(shape) * (maxval - minval))), dtype)

    def normal(self, shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
        values = [NormalDist().inv_cdf((bits + 0.5) / 2**24) for bits in self.noise]
        return tf.constant(np.array(values[: int(np.prod(shape))], "f4").reshape(shape))


def snake(name):
    return re.sub("([A-Z])", lambda match: "_" + match[1].lower(), name)


def made(layer, options):
    return getattr(keras.layers, layer)(**{snake(key): value for key, value in options.items()})


def purpose_of(seed, part=0):
    return (AUGMENT + 16 * part + (0 if seed is None else 256 * (1 + seed))) % 2**32


def case(layer, shape, options={}, low=0, high=255, bytes=False):
    x = rng.uniform(low, high, shape).astype("f4")
    if bytes:
        x = np.floor(x)
    ys = []
    size = int(np.prod(shape[1:]))
    for n in range(shape[0]):
        seed = options.get("seed")
        if layer == "RandomErasing":
            blocks = 4 + (size + 3) // 4
            some = words(n * blocks, blocks, purpose_of(seed))
            numbers = Numbers(some[:16], some[16:])
        elif layer == "RandomColorJitter":
            parts = ["brightnessFactor", "contrastFactor", "saturationFactor", "hueFactor"]
            some = []
            for i, part in enumerate(parts):
                if part in options:
                    some += words(4 * n, 4, purpose_of(seed, i))[: 2 if part == "hueFactor" else 1]
            numbers = Numbers(some, [])
        else:
            numbers = Numbers(words(4 * n, 4, purpose_of(seed)), [])
        for name in NAMES:
            setattr(keras_random, name, getattr(numbers, name))
        ys.append(made(layer, options)(tf.constant(x[n : n + 1]), training=True).numpy())
    return {"name": f"{layer} {tuple(shape)} {options}", "layer": layer[0].lower() + layer[1:], "options": options,
            "x": f32(x), "y": f32(np.concatenate(ys))}


def config(layer, options={}):
    given = made(layer, options).get_config()
    for key in ["name", "trainable", "dtype"]:
        del given[key]
    return {"name": f"{layer} {options}", "layer": layer, "config": json.loads(json.dumps(given))}


def configs():
    fields = {"fillMode": "wrap", "interpolation": "nearest", "fillValue": 3.5, "seed": 7}
    levels = {"valueRange": (0, 1), "seed": 3}
    given = {
        "AugMix": [{}, {"numChains": 2, "factor": (0.1, 0.4), "allOps": False}],
        "AutoContrast": [{}, {"valueRange": (0, 1)}],
        "CutMix": [{}, {"factor": 0.5, "seed": 4}],
        "Equalization": [{}, {"bins": 64, "valueRange": (0, 1)}],
        "MixUp": [{}, {"alpha": 0.4, "seed": 4}],
        "RandAugment": [{}, {"numOps": 3, "factor": 0.2, "seed": 4}],
        "RandomBrightness": [{"factor": 0.2}, {"factor": (-0.1, 0.3), **levels}],
        "RandomColorDegeneration": [{"factor": 0.2}, {"factor": (0.1, 0.3), **levels}],
        "RandomColorJitter": [{}, {"brightnessFactor": 0.1, "contrastFactor": 0.2, "saturationFactor": (0.3, 0.6), "hueFactor": 0.1}],
        "RandomContrast": [{"factor": 0.2}, {"factor": (0.1, 2), **levels}],
        "RandomCrop": [{"height": 8, "width": 9, "seed": 11}],
        "RandomElasticTransform": [{}, {"factor": 0.5, "scale": (0.2, 0.4), **fields}],
        "RandomErasing": [{}, {"factor": 0.5, "scale": (0.1, 0.2), "fillValue": (1, 2, 3)}, {"fillValue": 7}],
        "RandomFlip": [{}, {"mode": "vertical", "seed": 1}],
        "RandomGaussianBlur": [{}, {"factor": 0.5, "kernelSize": (3, 5), "sigma": (0.1, 2.0), **levels}],
        "RandomGrayscale": [{}, {"factor": 0.2}],
        "RandomHue": [{"factor": 0.2}, {"factor": (0.1, 0.3), **levels}],
        "RandomInvert": [{}, {"factor": 0.5, **levels}],
        "RandomPerspective": [{}, {"factor": 0.5, "scale": 0.3, "interpolation": "nearest", "fillValue": 2.0}],
        "RandomPosterization": [{"factor": 4}, {"factor": (2, 6), **levels}],
        "RandomRotation": [{"factor": 0.2}, {"factor": (-0.1, 0.3), **fields}],
        "RandomSaturation": [{"factor": 0.2}, {"factor": (0.1, 0.3), **levels}],
        "RandomSharpness": [{"factor": 0.2}, {"factor": (0.1, 0.3), **levels}],
        "RandomShear": [{}, {"xFactor": 0.2, "yFactor": (0.1, 0.3), **fields}],
        "RandomTranslation": [{"heightFactor": 0.2, "widthFactor": (-0.1, 0.3)}, {"heightFactor": 0.1, "widthFactor": 0.1, **fields}],
        "RandomZoom": [{"heightFactor": 0.2}, {"heightFactor": (-0.3, -0.1), "widthFactor": 0.3, **fields}],
        "Solarization": [{}, {"additionFactor": 0.2, "thresholdFactor": (0.3, 0.6), **levels}],
    }
    return [config(layer, options) for layer, all_of_it in given.items() for options in all_of_it]


def cases():
    result = [case("RandomFlip", (5, 3, 4, 3), {"mode": mode}) for mode in ["horizontal", "vertical", "horizontal_and_vertical"]]
    result.append(case("RandomFlip", (4, 2, 3, 5), {"seed": 9}))
    for mode in ["reflect", "constant", "wrap", "nearest"]:
        for interpolation in ["bilinear", "nearest"]:
            how = {"fillMode": mode, "interpolation": interpolation, "fillValue": 0.5}
            small = {"low": -1, "high": 1}
            result += [
                case("RandomTranslation", (4, 6, 5, 3), {"heightFactor": 0.8, "widthFactor": (-1, 1), **how}, **small),
                case("RandomRotation", (4, 5, 7, 1), {"factor": 1, **how}, **small),
                case("RandomZoom", (4, 7, 5, 5), {"heightFactor": (-0.5, 0.9), "widthFactor": 0.5, **how}, **small),
            ]
    result += [
        case("RandomZoom", (3, 4, 5, 2), {"heightFactor": 0.5}, low=-1, high=1),
        case("RandomShear", (4, 6, 5, 3), {"xFactor": 0.7, "yFactor": (0.1, 0.3)}, low=-1, high=1),
        case("RandomRotation", (2, 1, 1, 4), {"factor": 0.3}, low=-1, high=1),
        case("RandomContrast", (4, 3, 5, 3), {"factor": 0.6}),
        case("RandomContrast", (3, 4, 4, 5), {"factor": (0.5, 2), "valueRange": (0, 1)}, high=1),
        case("RandomBrightness", (4, 3, 5, 3), {"factor": 0.5}),
        case("RandomBrightness", (3, 3, 3, 1), {"factor": (0.1, 0.4), "valueRange": (-1, 1), "seed": 5}, low=-1, high=1),
        case("RandomCrop", (5, 7, 9, 3), {"height": 4, "width": 5, "seed": 2}),
        case("RandomCrop", (3, 4, 9, 3), {"height": 4, "width": 5, "seed": 2}),
        case("RandomCrop", (3, 4, 6, 3), {"height": 5, "width": 7, "seed": 2}),
        case("RandomSaturation", (5, 4, 3, 3), {"factor": (0.1, 0.8), "valueRange": (0, 1)}, high=1),
        case("RandomSaturation", (5, 4, 3, 3), {"factor": 0.9}),
        case("RandomHue", (5, 4, 3, 3), {"factor": 1.0}),
        case("RandomHue", (5, 4, 3, 3), {"factor": (0.2, 0.9), "valueRange": (0, 1)}, high=1),
        case("RandomColorDegeneration", (4, 4, 3, 3), {"factor": 0.9}),
        case("RandomGrayscale", (6, 4, 3, 3), {"factor": 0.5}),
        case("RandomGrayscale", (2, 4, 3, 1), {"factor": 0.5}),
        case("RandomInvert", (6, 4, 3, 2), {}),
        case("RandomInvert", (6, 4, 3, 2), {"factor": (0.5, 1), "valueRange": (0, 1)}, high=1),
        case("RandomPosterization", (5, 4, 3, 3), {"factor": 8}),
        case("RandomPosterization", (5, 4, 3, 3), {"factor": (2, 5), "valueRange": (0, 1)}, high=1),
        case("RandomPosterization", (2, 4, 3, 3), {"factor": (3, 3)}, bytes=True),
        case("Solarization", (5, 4, 3, 3), {"additionFactor": 0.5, "thresholdFactor": (0.2, 0.8)}),
        case("Solarization", (3, 4, 3, 1), {"thresholdFactor": 0.9, "valueRange": (0, 1)}, high=1),
        case("RandomErasing", (5, 7, 6, 3), {"seed": 3}),
        case("RandomErasing", (5, 7, 6, 3), {"fillValue": (10, 20, 30), "factor": (1, 1), "scale": (0.1, 0.9)}),
        case("RandomErasing", (5, 7, 6, 5), {"fillValue": 7, "factor": (1, 1), "scale": 0.5}),
        case("RandomGaussianBlur", (5, 7, 6, 3), {}),
        case("RandomGaussianBlur", (4, 3, 6, 5), {"kernelSize": 5, "sigma": (0.5, 2), "factor": (1, 1)}),
        case("RandomSharpness", (4, 5, 6, 3), {"factor": 1.0}),
        case("RandomSharpness", (3, 1, 6, 5), {"factor": (0.6, 0.9), "valueRange": (0, 1)}, high=1),
        case("RandomColorJitter", (4, 4, 3, 3), {"brightnessFactor": 0.2, "contrastFactor": 0.5, "saturationFactor": (0.3, 0.6),
                                               "hueFactor": 0.3, "valueRange": (0, 1)}, high=1),
        case("RandomColorJitter", (4, 4, 3, 3), {"contrastFactor": 0.5, "hueFactor": 0.3, "valueRange": (0, 1), "seed": 1}, high=1),
        case("AutoContrast", (4, 5, 3, 3), {}, low=50, high=200),
        case("AutoContrast", (2, 1, 1, 3), {"valueRange": (0, 1)}, high=1),
        case("Equalization", (4, 5, 6, 3), {}, low=20, high=120),
        case("Equalization", (3, 8, 8, 2), {"bins": 16, "valueRange": (0, 1)}, high=1),
        case("Equalization", (2, 1, 1, 2), {}),
    ]
    return result


def make():
    kept = [getattr(keras_random, name) for name in NAMES]
    write("augmentation", cases())
    for name, function in zip(NAMES, kept):
        setattr(keras_random, name, function)
    write("augmentationConfigs", configs())


if __name__ == "__main__":
    make()
