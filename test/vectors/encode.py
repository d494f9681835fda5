"""How the vector files are written: compact JSON, arrays as base64 of little-endian f32."""

import base64
import json
import pathlib

import keras
import numpy as np
import tensorflow as tf

FOLDER = pathlib.Path(__file__).parent


def f32(array):
    """{"shape": [...], "f32": base64} of anything numpy can read."""
    array = np.asarray(array, dtype="<f4")
    return {"shape": list(array.shape), "f32": base64.b64encode(array.tobytes()).decode()}


def write(family, cases):
    """Write <family>.json: the versions, then one case a line."""
    versions = {"keras": keras.__version__, "tensorflow": tf.__version__, "numpy": np.__version__}
    lines = ",\n".join(json.dumps(case, separators=(",", ":"), ensure_ascii=False) for case in cases)
    text = f'{{"made_with":{json.dumps(versions)},\n"cases":[\n{lines}\n]}}\n'
    (FOLDER / f"{family}.json").write_text(text, encoding="utf-8")
    print(f"{family}.json: {len(cases)} cases, {len(text) / 1024:.1f} KB")
