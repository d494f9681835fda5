"""Makes all vector files with real Keras on TensorFlow: pip install keras tensorflow-cpu; python make.py"""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import augmentation  # noqa: E402
import branches  # noqa: E402
import convolutions  # noqa: E402
import callbacks  # noqa: E402
import configs  # noqa: E402
import layers  # noqa: E402
import losses  # noqa: E402
import metrics  # noqa: E402
import networks  # noqa: E402
import numpy_files  # noqa: E402
import shapes  # noqa: E402
import operators  # noqa: E402
import optimizers  # noqa: E402
import texts  # noqa: E402
import weights  # noqa: E402
import wrappers  # noqa: E402

augmentation.make()
branches.make()
callbacks.make()
configs.make()
layers.make()
losses.make()
metrics.make()
networks.make()
numpy_files.make()
shapes.make()
operators.make()
optimizers.make()
texts.make()
weights.make()
convolutions.make()
wrappers.make()
