"""Keras on TensorFlow: `train_on_batch` / `predict_on_batch`, plain and with XLA, and inference as one tf.function."""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from serve import Contender, installed_bytes, read_workload, serve


def network(weights, jit_compile):
    model = keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, activation="relu"),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ])
    model.compile(optimizer="rmsprop", loss="categorical_crossentropy", jit_compile=jit_compile)
    model.set_weights(weights)
    return model


def training(weights, inputs, targets, jit_compile):
    """The training step of the model itself, as one compiled function over tensors: no conversion, no bookkeeping."""
    model = network(weights, jit_compile)
    model.optimizer.build(model.trainable_variables)

    @tf.function(jit_compile=jit_compile, reduce_retracing=True)
    def train_step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(keras.losses.categorical_crossentropy(y, model(x, training=True)))
        gradients = tape.gradient(loss, model.trainable_variables)
        model.optimizer.apply(gradients, model.trainable_variables)
        return loss

    return lambda batch: train_step(inputs[batch], targets[batch]).numpy()


def inference(weights, inputs, jit_compile):
    model = network(weights, jit_compile)
    predict = tf.function(lambda x: model(x, training=False), jit_compile=jit_compile)
    return lambda batch: predict(inputs[batch]).numpy()


def create(setup):
    tf.config.threading.set_intra_op_parallelism_threads(setup["threads"])
    tf.config.threading.set_inter_op_parallelism_threads(setup["threads"])
    weights, images, labels = read_workload(setup)
    arrays = images
    one_hot = [np.eye(10, dtype=np.float32)[batch] for batch in labels]
    inputs = [tf.constant(batch) for batch in arrays]
    targets = [tf.constant(batch) for batch in one_hot]
    if setup["training"]:
        model = network(weights, False)
        variants = {
            "train_on_batch": lambda batch: model.train_on_batch(arrays[batch], one_hot[batch]),
            "tf.function": training(weights, inputs, targets, False),
            "tf.function, XLA": training(weights, inputs, targets, True),
        }
    else:
        model = network(weights, False)
        variants = {
            "predict_on_batch": lambda batch: model.predict_on_batch(arrays[batch]),
            "tf.function": inference(weights, inputs, False),
            "tf.function, XLA": inference(weights, inputs, True),
        }
    version = f"{keras.__version__} on TensorFlow {tf.__version__}"
    distribution = "tensorflow" if installed_bytes("tensorflow") else "tensorflow-cpu"
    return Contender(version, variants, lambda: installed_bytes(distribution))


serve(create)
