"""Files that numpy writes: .npy of every type and order, .npz."""

import base64
import io

import numpy as np
from encode import write

TYPES = ["?", "u1", "i1", "<u2", ">u2", "<i2", "<u4", "<i4", ">i4", "<u8", "<i8", ">i8", "<f2", "<f4", ">f4", "<f8", ">f8"]


def encoded(save, *args, **kwargs):
    file = io.BytesIO()
    save(file, *args, **kwargs)
    return base64.b64encode(file.getvalue()).decode()


def make():
    cases = []
    values = np.array([[[0, 1, 2], [3, 4, 5]], [[6, 7, 100], [9, 10, 11]]])
    for name in TYPES:
        array = values.astype(name)
        cases.append({"name": name, "npy": encoded(np.save, array), "shape": array.shape, "values": array.astype(float).ravel().tolist()})
    for name, array in {
        "fortran": np.asfortranarray(values.astype("<f4")),
        "scalar": np.float32(2.5),
        "empty": np.zeros((0, 3), "<f4"),
        "halves": np.array([1e-7, 65504, -0.333, 6.1e-5], "<f2"),
        "negative": np.array([-1, -128], "<i8"),
    }.items():
        array = np.asarray(array)
        cases.append({"name": name, "npy": encoded(np.save, array), "shape": array.shape, "values": array.astype(float).ravel().tolist()})
    arrays = {"x_train": values.astype("u1"), "y": np.arange(4, dtype="<i8")}
    for name, save in {"savez": np.savez, "savez_compressed": np.savez_compressed}.items():
        cases.append({"name": name, "npz": encoded(save, **arrays)})
    write("numpyFiles", cases)
