"""Vectors of the texts Keras prints: model.summary() and the progress lines of fit."""

import contextlib
import io
import os
from unittest import mock

import keras
import numpy as np
from encode import write
from networks import compiled, seed_network


def summary():
    cases = []

    def add(name, model, columns, line_length=None):
        lines = []
        with mock.patch.dict(os.environ, {"COLUMNS": str(columns)}):
            model.summary(line_length=line_length, print_fn=lines.append)
        cases.append({"name": name, "columns": columns, "lineLength": line_length, "text": "".join(lines)})

    def add_widths(name, model):
        add(name, model, 80)
        add(name, model, 120, 100)
        add(name, model, 200)
        add(name, model, 60)

    # Names count up within a session.
    keras.backend.clear_session()
    model = seed_network()
    add_widths("seed", model)
    # Keras crops what is wider than the terminal.
    add("seed, cropped by the terminal", model, 80, 100)
    compiled(model).train_on_batch(np.zeros((1, 28, 28, 1)), np.eye(10)[:1])
    add_widths("seed, trained", model)

    layers = keras.layers
    named = keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(8, 3, name="a_rather_long_name_of_a_first_convolution"),
            layers.MaxPooling2D(name="a_name_of_31_characters_is_this"),
            layers.Flatten(name="a_name_of_22_character"),
            layers.Dense(1200, name="a_very_long_name_that_does_not_fit_into_one_line_of_the_table_at_all"),
            layers.Dense(10, name="name with blanks in it and on and on"),
        ],
        name="model_with_long_names",
    )
    add_widths("long names", named)
    keras.backend.clear_session()
    frozen = keras.Sequential([layers.Input((3,)), layers.Dense(7, trainable=False), layers.Dense(1)], name="frozen")
    add("frozen", frozen, 80)
    keras.backend.clear_session()
    add("unbuilt", keras.Sequential([layers.Conv2D(8, 3), layers.Flatten(), layers.Dense(1)], name="unbuilt"), 80)
    keras.backend.clear_session()
    add_widths("one layer", keras.Sequential([layers.Input((3,)), layers.Dense(1)], name="tiny"))
    write("summary", cases)


class Clock:
    """Stands in for the time module inside Keras' progbar; starts at 1000 s."""

    def __init__(self):
        self.now = 1000.0

    def time(self):
        return self.now


def progress():
    cases = []

    def run(name, verbose, epochs, steps, events, what="fit"):
        """events: (seconds since the epoch began, batch index or "end", logs); what: "fit", "evaluate" or "predict"""
        clock = Clock()
        with mock.patch("keras.src.utils.progbar.time", clock):
            logger = keras.src.callbacks.ProgbarLogger()
            logger.set_params({"verbose": verbose, "epochs": epochs, "steps": steps})
            begin, batch_end, end = {
                "fit": (lambda: logger.on_epoch_begin(0), logger.on_train_batch_end, lambda logs: logger.on_epoch_end(0, logs)),
                "evaluate": (logger.on_test_begin, logger.on_test_batch_end, logger.on_test_end),
                "predict": (logger.on_predict_begin, logger.on_predict_batch_end, logger.on_predict_end),
            }[what]
            if what == "fit":
                logger.on_train_begin()
            written = io.StringIO()
            with contextlib.redirect_stdout(written):
                begin()
            case = {"name": name, "what": what, "verbose": verbose, "epochs": epochs, "steps": steps}
            case["begin"] = written.getvalue()
            case["events"] = []
            for seconds, batch, logs in events:
                clock.now = 1000.0 + seconds
                written = io.StringIO()
                with contextlib.redirect_stdout(written):
                    if batch == "end":
                        end(logs)
                    else:
                        batch_end(batch, logs)
                case["events"].append({"seconds": seconds, "batch": batch, "logs": logs, "text": written.getvalue()})
        cases.append(case)

    first = {"accuracy": 0.125, "loss": 2.302585}
    last = {"accuracy": 0.9, "loss": 0.3}
    validated = last | {"val_accuracy": 0.98765, "val_loss": 0.04321}
    for verbose in (1, 2):
        run("one epoch", verbose, 1, 938, [(0.1, 0, first), (4.25, "end", last)])
        run("five epochs, validation", verbose, 5, 938, [(0.1, 0, first), (4.25, "end", validated)])
        run("one step", verbose, 2, 1, [(0.3, 0, first), (0.4, "end", last)])
        run("slow steps", verbose, 1, 10, [(2.1, 0, first), (25.2, "end", last)])
        run("fast steps", verbose, 1, 1000, [(0.0002, 0, first), (0.3, "end", last)])
        small = {"a": 0.0, "b": 1e-3, "c": 9.87e-4, "d": 0.00101}
        large = {"a": -0.5, "b": 123456.789, "c": -1e-5}
        run("small values", verbose, 1, 7, [(0.1, 0, small), (0.9, "end", small)])
        run("negative and large values", verbose, 1, 7, [(0.1, 0, large), (0.9, "end", large)])
    run(
        "redraws",
        1,
        5,
        938,
        [
            (0.2, 0, first),
            (0.204, 1, {"accuracy": 0.15, "loss": 2.25}),
            (0.26, 14, {"accuracy": 0.2, "loss": 2.1}),
            (2.0, 468, {"accuracy": 0.7, "loss": 0.9}),
            (2.03, 480, {"accuracy": 0.7, "loss": 0.9}),
            (3.9, 937, last),
            (4.2, "end", validated),
        ],
    )
    run("remaining minutes", 1, 1, 100, [(1.0, 0, first), (10.0, 9, first), (30.0, 59, last), (50.0, "end", last)])
    run("remaining hours", 1, 1, 10000, [(1.0, 0, first), (21.0, 10, first), (61.0, 99, last), (62.0, "end", last)])
    long, short = {"loss": 123456.5}, {"loss": 1.5}
    run("a shorter line", 1, 1, 20, [(0.1, 0, long), (0.6, 1, short), (1.6, 2, short), (2.0, "end", short)])
    for verbose in (1, 2):
        for what in ("evaluate", "predict"):
            logs = (first, last) if what == "evaluate" else ({}, {})
            run(what, verbose, 1, 313, [(0.1, 0, logs[0]), (0.7, 312, logs[1]), (0.8, "end", logs[1])], what)
            events = [(0.1, 0, logs[0]), (0.6, 41, logs[1]), (0.8, "end", logs[1])]
            run(f"{what}, unknown steps", verbose, 1, None, events, what)
        run("unknown steps", verbose, 3, None, [(0.1, 0, first), (61.5, 99, last), (62.0, "end", validated)])
    write("progress", cases)


def make():
    summary()
    progress()
