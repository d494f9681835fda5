"""Vectors of metrics over streams of batches, the last one short, with weights per sample and without."""

import keras
import numpy as np
from encode import f32, write
from losses import bits, labels, normal, one_hot, soft, unit
from optimizers import camel

BATCHES = (5, 5, 3)
rng = np.random.default_rng(33)


def metric_case(class_name, options, x, t, weighted=False, per_position=False):
    metric = getattr(keras.metrics, class_name)(**options)
    given = {camel(key): value for key, value in options.items()}
    text = ", ".join(f"{key} {value}" for key, value in given.items()) or "defaults"
    batches = []
    for samples in BATCHES:
        outputs, targets = x(samples), t(samples)
        batch = {"x": f32(outputs), "t": f32(targets)}
        weights = None
        if weighted:
            weights = rng.uniform(0, 2, outputs.shape[:-1] if per_position else samples).astype("f4")
            if "IoU" in class_name:
                # Keras counts in integers.
                weights = np.round(weights)
            batch["weights"] = f32(weights)
        if weighted and not per_position:
            # One number a sample, for values of any rank.
            shape = metric_rank(class_name, outputs)
            weights = weights.reshape(-1, *[1] * (shape - 1))
            if "class_id" in options:
                weights = weights.ravel()
            elif counts(class_name):
                weights = np.broadcast_to(weights, (samples, *outputs.shape[1:])[:shape])
        if class_name in ("Mean", "Sum"):
            metric.update_state(outputs, sample_weight=weights)
        else:
            metric.update_state(targets, outputs, sample_weight=weights)
        batches.append(batch)
    name = f"{class_name}: {text}, {'x'.join(map(str, outputs.shape[1:]))}{', weights' if weighted else ''}{' of positions' if per_position else ''}"
    case = {"name": name, "className": class_name, "options": given, "batches": batches}
    config = {key: value for key, value in metric.get_config().items() if key != "name"}
    if config.get("label_weights") is not None:
        config["label_weights"] = np.asarray(config["label_weights"]).tolist()
    return case | {"result": np.asarray(metric.result(), "f8").tolist(), "config": config}


def counts(class_name):
    """Whether each number is counted, and has a weight."""
    if "IoU" in class_name or "At" in class_name:
        return True
    return class_name in ("AUC", "Precision", "Recall") or class_name.startswith(("True", "False"))


def metric_rank(class_name, outputs):
    """Axes of what is averaged: all where numbers are counted, else all but the last."""
    if class_name in ("FBetaScore", "F1Score", "R2Score"):
        return 1
    if class_name.startswith("OneHot"):
        return outputs.ndim - 1
    return outputs.ndim if counts(class_name) or class_name in ("Mean", "Sum") else outputs.ndim - 1


def metrics():
    cases = []

    def add(*args):
        cases.append(metric_case(*args))
        cases.append(metric_case(*args, True))

    rounded = lambda *shape: lambda n: np.round(4 * unit(n, *shape)) / 4  # noqa: E731
    add("Accuracy", {}, lambda n: labels(3, n, 4), lambda n: labels(3, n, 4))
    add("BinaryAccuracy", {}, rounded(1), lambda n: bits(n, 1))
    add("BinaryAccuracy", {"threshold": 0.3}, lambda n: unit(n, 2, 3), lambda n: bits(n, 2, 3))
    add("CategoricalAccuracy", {}, lambda n: normal(n, 3), lambda n: one_hot(3, n))
    add("CategoricalAccuracy", {}, lambda n: normal(n, 2, 3), lambda n: one_hot(3, n, 2))
    add("SparseCategoricalAccuracy", {}, lambda n: normal(n, 3), lambda n: labels(3, n))
    add("SparseCategoricalAccuracy", {}, lambda n: normal(n, 2, 3), lambda n: labels(3, n, 2))
    add("TopKCategoricalAccuracy", {"k": 2}, lambda n: normal(n, 5), lambda n: one_hot(5, n))
    add("TopKCategoricalAccuracy", {}, lambda n: normal(n, 9), lambda n: one_hot(9, n))
    add("SparseTopKCategoricalAccuracy", {"k": 3}, rounded(6), lambda n: labels(6, n))
    for class_name in ("TruePositives", "FalsePositives", "TrueNegatives", "FalseNegatives", "Precision", "Recall"):
        add(class_name, {}, rounded(1), lambda n: bits(n, 1))
        add(class_name, {"thresholds": 0.3}, lambda n: unit(n, 4), lambda n: bits(n, 4))
    for options in [
        {},
        {"num_thresholds": 5},
        {"curve": "PR"},
        {"curve": "PR", "num_thresholds": 10, "summation_method": "majoring"},
        {"num_thresholds": 7, "summation_method": "minoring"},
    ]:
        add("AUC", options, lambda n: unit(n, 1), lambda n: bits(n, 1))
        add("AUC", options, rounded(3), lambda n: bits(n, 3))
    for class_name in ("MeanSquaredError", "MeanAbsoluteError", "MeanAbsolutePercentageError", "LogCoshError"):
        add(class_name, {}, lambda n: normal(n, 3), lambda n: normal(n, 3))
    cases.append(metric_case("RootMeanSquaredError", {}, lambda n: normal(n, 1), lambda n: normal(n, 1), True))
    cases.append(metric_case("RootMeanSquaredError", {}, lambda n: normal(n, 2, 3), lambda n: normal(n, 2, 3)))
    add("MeanSquaredLogarithmicError", {}, lambda n: unit(n, 3), lambda n: unit(n, 3))
    add("KLDivergence", {}, lambda n: soft(n, 3), lambda n: soft(n, 3))
    add("Poisson", {}, lambda n: unit(n, 3), lambda n: unit(n, 3))
    add("Hinge", {}, lambda n: normal(n, 3), lambda n: 2 * bits(n, 3) - 1)
    add("SquaredHinge", {}, lambda n: normal(n, 3), lambda n: 2 * bits(n, 3) - 1)
    add("BinaryCrossentropy", {}, lambda n: unit(n, 3), lambda n: bits(n, 3))
    add("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, lambda n: normal(n, 3), lambda n: bits(n, 3))
    add("CategoricalCrossentropy", {"label_smoothing": 0.1}, lambda n: soft(n, 3), lambda n: one_hot(3, n))
    add("SparseCategoricalCrossentropy", {"from_logits": True}, lambda n: normal(n, 3), lambda n: labels(3, n))
    add("MeanIoU", {"num_classes": 3}, lambda n: labels(3, n, 4), lambda n: labels(3, n, 4))
    cases.append(
        metric_case(
            "MeanIoU",
            {"num_classes": 3, "sparse_y_pred": False, "ignore_class": 1},
            lambda n: soft(n, 4, 3),
            lambda n: labels(3, n, 4),
        )
    )
    for class_name in ("Mean", "Sum"):
        add(class_name, {}, lambda n: normal(n, 3), lambda n: normal(n, 3))
    add("CategoricalHinge", {}, lambda n: normal(n, 3), lambda n: one_hot(3, n))
    for class_name in ("CosineSimilarity", "PearsonCorrelation", "ConcordanceCorrelation"):
        add(class_name, {}, lambda n: normal(n, 5), lambda n: normal(n, 5))
        add(class_name, {}, lambda n: normal(n, 2, 3), lambda n: normal(n, 2, 3))
    for options in [
        {},
        {"class_aggregation": None},
        {"class_aggregation": "variance_weighted_average", "num_regressors": 3},
        {"num_regressors": 60},
    ]:
        add("R2Score", options, lambda n: normal(n, 3), lambda n: normal(n, 3))
    for options in [
        {},
        {"average": "micro", "beta": 2.0},
        {"average": "macro", "threshold": 0.4},
        {"average": "weighted", "beta": 0.5},
    ]:
        add("FBetaScore", options, rounded(4), lambda n: bits(n, 4))
    add("F1Score", {}, lambda n: unit(n, 3), lambda n: one_hot(3, n))
    add("F1Score", {"average": "macro", "threshold": 0.5}, lambda n: unit(n, 3), lambda n: bits(n, 3))
    for class_name in ("Precision", "Recall"):
        add(class_name, {"thresholds": [0.2, 0.5, 0.9]}, lambda n: unit(n, 4), lambda n: bits(n, 4))
        add(class_name, {"class_id": 2}, lambda n: unit(n, 4), lambda n: bits(n, 4))
        add(class_name, {"top_k": 2}, rounded(5), lambda n: bits(n, 5))
        add(class_name, {"top_k": 3, "class_id": 1, "thresholds": 0.3}, lambda n: unit(n, 5), lambda n: bits(n, 5))
    add("TruePositives", {"thresholds": [0.25, 0.75]}, rounded(3), lambda n: bits(n, 3))
    for class_name, argument in [
        ("SensitivityAtSpecificity", "specificity"),
        ("SpecificityAtSensitivity", "sensitivity"),
        ("PrecisionAtRecall", "recall"),
        ("RecallAtPrecision", "precision"),
    ]:
        add(class_name, {argument: 0.6}, lambda n: unit(n, 1), lambda n: bits(n, 1))
        add(class_name, {argument: 0.5, "num_thresholds": 7}, rounded(3), lambda n: bits(n, 3))
        add(class_name, {argument: 0.4, "num_thresholds": 20, "class_id": 1}, rounded(3), lambda n: bits(n, 3))
    add("AUC", {"multi_label": True}, lambda n: unit(n, 3), lambda n: bits(n, 3))
    add("AUC", {"multi_label": True, "label_weights": [1.0, 2.0, 0.5], "curve": "PR"}, lambda n: unit(n, 3), lambda n: bits(n, 3))
    add("AUC", {"from_logits": True, "num_thresholds": 30}, lambda n: normal(n, 3), lambda n: bits(n, 3))
    add("BinaryIoU", {}, rounded(2, 3), lambda n: bits(n, 2, 3))
    add("BinaryIoU", {"target_class_ids": [1], "threshold": 0.25}, rounded(4), lambda n: bits(n, 4))
    add("IoU", {"num_classes": 3, "target_class_ids": [0, 2]}, lambda n: labels(3, n, 4), lambda n: labels(3, n, 4))
    add("OneHotIoU", {"num_classes": 3, "target_class_ids": [1]}, lambda n: soft(n, 4, 3), lambda n: one_hot(3, n, 4))
    add("OneHotMeanIoU", {"num_classes": 3}, lambda n: soft(n, 4, 3), lambda n: one_hot(3, n, 4))
    for options in [
        {"thresholds": [0.25, 0.5, 0.75]},
        {"thresholds": [0.9, 0.1, 0.13]},
        {"thresholds": [0.5], "curve": "PR"},
        {"thresholds": [0.2, 0.6], "multi_label": True},
        {"curve": "PRGAIN"},
        {"curve": "PRGAIN", "summation_method": "minoring", "thresholds": [0.3, 0.35, 0.8]},
        {"curve": "PRGAIN", "summation_method": "majoring", "num_thresholds": 9},
    ]:
        add("AUC", options, rounded(3), lambda n: bits(n, 3))
        add("AUC", options, lambda n: unit(n, 3), lambda n: bits(n, 3))
    for class_name, options, x, t in [
        ("BinaryAccuracy", {}, lambda n: unit(n, 2, 3), lambda n: bits(n, 2, 3)),
        ("CategoricalAccuracy", {}, lambda n: normal(n, 2, 4, 3), lambda n: one_hot(3, n, 2, 4)),
        ("SparseCategoricalAccuracy", {}, lambda n: normal(n, 2, 3), lambda n: labels(3, n, 2)),
        ("TopKCategoricalAccuracy", {"k": 2}, lambda n: normal(n, 2, 5), lambda n: one_hot(5, n, 2)),
        ("SparseTopKCategoricalAccuracy", {"k": 2}, lambda n: normal(n, 2, 5), lambda n: labels(5, n, 2)),
        ("Accuracy", {}, lambda n: labels(3, n, 4, 2), lambda n: labels(3, n, 4, 2)),
        ("Precision", {}, lambda n: unit(n, 2, 3), lambda n: bits(n, 2, 3)),
        ("Recall", {"class_id": 1}, lambda n: unit(n, 2, 3), lambda n: bits(n, 2, 3)),
        ("TrueNegatives", {"thresholds": [0.3, 0.6]}, lambda n: unit(n, 4, 1), lambda n: bits(n, 4, 1)),
        ("AUC", {}, lambda n: unit(n, 2, 3), lambda n: bits(n, 2, 3)),
        ("AUC", {"thresholds": [0.3, 0.5]}, lambda n: unit(n, 4, 1), lambda n: bits(n, 4, 1)),
        ("PrecisionAtRecall", {"recall": 0.6}, lambda n: unit(n, 4, 1), lambda n: bits(n, 4, 1)),
        ("BinaryIoU", {}, lambda n: unit(n, 4, 1), lambda n: bits(n, 4, 1)),
        ("MeanIoU", {"num_classes": 3, "sparse_y_pred": False}, lambda n: soft(n, 4, 3), lambda n: labels(3, n, 4)),
        ("OneHotMeanIoU", {"num_classes": 3}, lambda n: soft(n, 4, 3), lambda n: one_hot(3, n, 4)),
        ("MeanSquaredError", {}, lambda n: normal(n, 2, 3), lambda n: normal(n, 2, 3)),
        ("RootMeanSquaredError", {}, lambda n: normal(n, 4, 1), lambda n: normal(n, 4, 1)),
        ("BinaryCrossentropy", {}, lambda n: unit(n, 4, 1), lambda n: bits(n, 4, 1)),
        ("CategoricalCrossentropy", {}, lambda n: soft(n, 4, 3), lambda n: one_hot(3, n, 4)),
        ("SparseCategoricalCrossentropy", {}, lambda n: soft(n, 4, 3), lambda n: labels(3, n, 4)),
        ("CosineSimilarity", {}, lambda n: normal(n, 2, 3), lambda n: normal(n, 2, 3)),
        ("PearsonCorrelation", {}, lambda n: normal(n, 2, 5), lambda n: normal(n, 2, 5)),
        ("ConcordanceCorrelation", {}, lambda n: normal(n, 2, 5), lambda n: normal(n, 2, 5)),
        ("Mean", {}, lambda n: normal(n, 2, 3), lambda n: normal(n, 2, 3)),
        ("Sum", {}, lambda n: normal(n, 2, 3), lambda n: normal(n, 2, 3)),
    ]:
        cases.append(metric_case(class_name, options, x, t, True, True))
    write("metrics", cases)


def make():
    metrics()


if __name__ == "__main__":
    make()
