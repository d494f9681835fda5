"""Reads what wasm-cnn has written, in a folder of <name>.onnx and <name>.safetensors with <name>.json beside them, and writes
the weights back as <name>.back.safetensors. Prints JSON: versions, how many .onnx files are right, and by name the shape and the
predictions of each model that has a .json.

Needs: pip install onnx onnxruntime safetensors numpy"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import safetensors
from safetensors.numpy import load_file, save_file

results = {}
checked = 0
for path in sorted(Path(sys.argv[1]).glob("*.onnx")):
    model = onnx.load(path)
    # Shapes are inferred too, and have to be those that the file says.
    onnx.checker.check_model(model, full_check=True)
    onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
    checked += 1
    if not path.with_suffix(".json").exists():
        continue
    expected = json.loads(path.with_suffix(".json").read_text())
    x = np.array(expected["x"]["data"], np.float32).reshape(expected["x"]["shape"])
    (y,) = onnxruntime.InferenceSession(str(path)).run(None, {"input": x})
    weights = load_file(path.with_suffix(".safetensors"))
    for weight in expected["weights"]:
        given = weights.pop(weight["name"])
        assert given.dtype == np.float32 and list(given.shape) == weight["shape"], weight["name"]
        assert given.tobytes() == np.array(weight["data"], np.float32).tobytes(), weight["name"]
        weights[weight["name"]] = given
    assert len(weights) == len(expected["weights"])
    save_file(weights, path.with_suffix(".back.safetensors"), metadata={"format": "np"})
    results[path.stem] = {"shape": y.shape, "data": y.ravel().tolist()}
versions = {module.__name__: module.__version__ for module in (onnx, onnxruntime, safetensors, np)}
print(json.dumps({"versions": {"python": sys.version.split()[0], **versions}, "checked": checked, "results": results}))
