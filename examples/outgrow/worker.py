"""One of the workers that carry a model on: Keras under TensorFlow's MultiWorkerMirroredStrategy.

Usage: worker.py INDEX PORT,PORT,... FOLDER EPOCHS

Every worker computes the gradients of its part of each batch, all sum them, and so all have the same weights after each step.
FOLDER has begun.keras, images.bin (bytes, 28 x 28 each) and labels.bin; the first worker writes carried.keras into it. On several
machines the addresses in TF_CONFIG are theirs, and nothing else changes."""

import json
import os
import sys
from pathlib import Path

index, ports, folder, epochs = int(sys.argv[1]), sys.argv[2].split(","), Path(sys.argv[3]), int(sys.argv[4])
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CONFIG"] = json.dumps(
    {
        "cluster": {"worker": [f"127.0.0.1:{port}" for port in ports]},
        "task": {"type": "worker", "index": index},
    }
)

import keras
import numpy as np
import tensorflow as tf

BATCH_SIZE = 64  # of all workers together

# Before anything else of TensorFlow: it sets up the connections.
strategy = tf.distribute.MultiWorkerMirroredStrategy()
with strategy.scope():
    # With its optimizer: slots, learning rate and step are those that wasm-cnn has written.
    model = keras.models.load_model(folder / "begun.keras")
    optimizer = model.optimizer

images = np.fromfile(folder / "images.bin", np.uint8).reshape(-1, 28, 28, 1).astype(np.float32)
labels = keras.utils.to_categorical(np.fromfile(folder / "labels.bin", np.uint8), 10)
batches = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(len(images), seed=1)
batches = batches.batch(BATCH_SIZE, drop_remainder=True)
options = tf.data.Options()
options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
batches = strategy.experimental_distribute_dataset(batches.with_options(options))


# TensorFlow's own loop: `fit` of Keras 3.15 fails under this strategy, as it takes the mean of a batch that is a pair.
@tf.function
def train_step(x, y):
    def step(x, y):
        with tf.GradientTape() as tape:
            losses = keras.losses.categorical_crossentropy(y, model(x, training=True))
            loss = tf.nn.compute_average_loss(losses, global_batch_size=BATCH_SIZE)
        # Sums the gradients of all workers.
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        return loss

    return strategy.reduce("SUM", strategy.run(step, args=(x, y)), axis=None)


for epoch in range(epochs):
    losses = [float(train_step(x, y)) for x, y in batches]
    if index == 0:
        workers = strategy.num_replicas_in_sync
        print(f"  {workers} workers, epoch {epoch + 1}/{epochs}: loss {np.mean(losses):.4f}", flush=True)

if index == 0:
    model.save(folder / "carried.keras")
