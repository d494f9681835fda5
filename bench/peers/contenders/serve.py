"""The protocol of serve.ts for contenders in Python, and the settings that are fair to them."""

import ctypes
import importlib.metadata
import json
import os
import re
import resource
import subprocess
import sys
import time

M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD = -1, -2, -3
STEPS_OF_CHECK = 3


def keep_memory():
    """glibc must not give memory back between steps: faulting it in again costs up to 1.7 times."""
    try:
        libc = ctypes.CDLL("libc.so.6")
    except OSError:
        print("serve.py: no glibc, malloc left as it is", file=sys.stderr)
        return
    # 32 MiB is the most that glibc takes here.
    for option, value in ((M_MMAP_THRESHOLD, 32 << 20), (M_TRIM_THRESHOLD, 2**31 - 1), (M_TOP_PAD, 64 << 20)):
        if libc.mallopt(option, value) != 1:
            raise RuntimeError(f"mallopt: expected {value} to be taken for option {option}")


def read_workload(setup):
    """Weights (Keras' order and layout), images (batch, height, width, channels) as floats from 0 to 1, and classes."""
    import numpy as np

    folder = setup["folder"]
    size = setup["batchSize"]
    count = size * setup["batches"]
    with open(os.path.join(folder, "shapes.json")) as file:
        shapes = json.load(file)
    pixels = int(np.prod(shapes["input"]))
    images = np.fromfile(os.path.join(folder, "images"), np.uint8, count * pixels).reshape(-1, size, *shapes["input"])
    labels = np.fromfile(os.path.join(folder, "labels"), np.uint8, count).reshape(-1, size)
    name = "initialWeights" if setup["training"] else "trainedWeights"
    values = np.fromfile(os.path.join(folder, name), np.float32)
    weights = []
    for shape in shapes["weights"]:
        length = int(np.prod(shape))
        weights.append(values[:length].reshape(shape))
        values = values[length:]
    return weights, [batch.astype(np.float32) / 255 for batch in images], list(labels)


def installed_bytes(name):
    """Size of the files of a distribution and of all that it requires; of Debian's packages where it came with those."""
    seen, total, stack = set(), 0, [name]
    while stack:
        try:
            distribution = importlib.metadata.distribution(stack.pop())
        except importlib.metadata.PackageNotFoundError:
            continue  # an optional one, or one for another platform
        key = distribution.metadata["Name"].lower()
        if key in seen:
            continue
        seen.add(key)
        paths = {os.path.realpath(distribution.locate_file(file)) for file in distribution.files or []}
        total += sum(os.path.getsize(path) for path in paths if os.path.isfile(path))
        for requirement in distribution.requires or []:
            if "extra ==" not in requirement:
                stack.append(re.match(r"[\w.-]+", requirement).group())
    return total


def debian_bytes(package):
    """Installed size of a Debian package and its dependencies, but for what every Debian with Python has."""
    query = ["dpkg-query", "-W", "-f=${Package}\t${Installed-Size}\t${Priority}\t${Depends}\n"]
    packages = {}
    for line in subprocess.run(query, capture_output=True, text=True, check=True).stdout.splitlines():
        found, size, priority, depends = line.split("\t")
        packages[found] = (int(size or 0), priority, depends)
    seen, stack = set(), [package]
    while stack:
        found = stack.pop()
        if found in seen or found not in packages or found.startswith(("python3.", "python3-minimal")):
            continue
        if packages[found][1] in ("required", "important", "standard") or found == "python3":
            continue
        seen.add(found)
        stack += re.findall(r"(?:^|[,|] )([a-z0-9][a-z0-9+.-]+)", packages[found][2])
    return sum(packages[found][0] for found in seen) * 1024


class Contender:
    """
    Ready to run. `variants`: name -> a step on batch number i, of which warm-up keeps the fastest. `check`: the step whose
    results are compared, where that is not the first variant.
    """

    def __init__(self, version, variants, installed, note="", check=None):
        self.version, self.variants, self.installed, self.note = version, variants, installed, note
        self.check = check or next(iter(variants.values()))


def warm_up(step, seconds):
    """Runs steps for so long; steps a second in the second half. The first two may compile and do not count."""
    step()
    step()
    begin = since = time.perf_counter()
    count = 0
    while True:
        step()
        count += 1
        now = time.perf_counter()
        if now > begin + seconds:
            return count / (now - since)
        if since == begin and now > begin + seconds / 2:
            since, count = now, 0


def serve(create):
    keep_memory()
    answers_to = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what the library prints
    state = {"next": 0}

    def step():
        contender, batches = state["contender"], state["batches"]
        batch = state["next"] % batches
        state["next"] += 1
        return contender.variants[state["variant"]](batch)

    def start(request):
        contender = create(request)
        state.update(contender=contender, batches=request["batches"], training=request["training"])
        state["variant"] = next(iter(contender.variants))
        return {"version": contender.version, "note": contender.note}

    def check(_):
        step_of_check = state["contender"].check
        if state["training"]:
            return {"values": [float(step_of_check(batch)) for batch in range(STEPS_OF_CHECK)]}
        return {"values": [float(value) for value in step_of_check(0).reshape(-1)]}

    def warmup(request):
        rates, failures = {}, []
        for variant in state["contender"].variants:
            state["variant"] = variant
            try:
                rates[variant] = warm_up(step, request["milliseconds"] / 1e3)
            except Exception as error:  # a variant that cannot run is published, not hidden
                failures.append(f"{variant} failed: {type(error).__name__}: {str(error).strip()}")
        if not rates:
            raise RuntimeError("; ".join(failures))
        state["variant"] = max(rates, key=rates.get)
        others = [f"{name} {rate:.4g} steps/s" for name, rate in rates.items()] if len(rates) > 1 else []
        return {"rate": rates[state["variant"]], "variant": state["variant"], "note": "; ".join(others + failures)}

    def timed(request):
        begin = time.perf_counter()
        for _ in range(request["steps"]):
            step()
        return {"seconds": time.perf_counter() - begin}

    def memory(_):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return {"peakRss": peak * 1024, "installed": state["contender"].installed()}

    operations = {"start": start, "check": check, "warmup": warmup, "time": timed, "memory": memory}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = operations[request["op"]](request)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {str(error).strip()}"}
        answers_to.write(json.dumps(answer) + "\n")
        answers_to.flush()
    os._exit(0)
