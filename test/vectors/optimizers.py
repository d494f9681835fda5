"""Vectors of optimizers and schedules: 10 steps of each with every option, the learning rates of the schedules."""

import keras
import numpy as np
import tensorflow as tf
from encode import f32, write

rng = np.random.default_rng(31)
STEPS = 10
SHAPES = {"dense/kernel": (3, 5), "dense/bias": (5,)}
SCALES = np.array([0, 1e-3, 1e-1, 1, 10], "f4")

schedules = keras.optimizers.schedules


def camel(name):
    """beta1 for beta_1, weightDecay for weight_decay."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def schedule_of(options):
    """The options with a schedule in place of its name and options."""
    rate = options.get("learning_rate")
    return options | {"learning_rate": getattr(schedules, rate[0])(**rate[1])} if isinstance(rate, tuple) else options


def optimizers():
    limits = [{"clipnorm": 0.5}, {"clipvalue": 0.3}, {"global_clipnorm": 0.7}]
    averages = {"use_ema": True, "ema_momentum": 0.8}
    shared = [
        *limits,
        {"weight_decay": 0.1},
        {"weight_decay": 0.1, "exclude": ["bias"]},
        averages,
        averages | {"ema_overwrite_frequency": 3},
        {"gradient_accumulation_steps": 3},
        {"loss_scale_factor": 8.0},
        {"weight_decay": 0.1, "clipnorm": 0.5, "gradient_accumulation_steps": 2, **averages, "ema_overwrite_frequency": 2},
        {"learning_rate": ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 3, "decay_rate": 0.5})},
        {
            "learning_rate": ("PiecewiseConstantDecay", {"boundaries": [2, 5], "values": [0.1, 0.01, 0.05]}),
            "gradient_accumulation_steps": 3,
        },
    ]
    cases = []
    for name, own in [
        ("SGD", [{}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}, {"learning_rate": 0.1}, *shared]),
        ("RMSprop", [{}, {"momentum": 0.9, "centered": True}, shared[9]]),
        ("Adam", [{}, {"amsgrad": True, "beta_1": 0.5, "beta_2": 0.7}, {"epsilon": 1e-3, "learning_rate": 0.1}, *shared]),
        ("AdamW", [{}, {"weight_decay": 0.3, "amsgrad": True}]),
        ("Adamax", [{}, {"beta_1": 0.5, "beta_2": 0.7, "epsilon": 1e-3}, shared[9]]),
        ("Nadam", [{}, {"beta_1": 0.5, "beta_2": 0.7, "epsilon": 1e-3}, shared[9]]),
        ("Adagrad", [{}, {"initial_accumulator_value": 0.5, "epsilon": 1e-3}, shared[9]]),
        ("Adadelta", [{}, {"rho": 0.5, "epsilon": 1e-3, "learning_rate": 1.0}, shared[9]]),
        (
            "Ftrl",
            [
                {},
                {"l1_regularization_strength": 0.1, "l2_regularization_strength": 0.2, "beta": 0.3},
                {"l2_shrinkage_regularization_strength": 0.1, "initial_accumulator_value": 0.5, "learning_rate": 0.1},
                {"learning_rate_power": -0.7, "learning_rate": 0.1},
                shared[9],
            ],
        ),
        ("Lion", [{}, {"beta_1": 0.5, "beta_2": 0.7, "learning_rate": 0.01}, shared[9]]),
        ("Lamb", [{}, {"beta_1": 0.5, "beta_2": 0.7, "epsilon": 1e-3}, shared[9]]),
        (
            "Adafactor",
            [
                {},
                {"beta_2_decay": -0.5, "epsilon_1": 1e-6, "epsilon_2": 0.01, "clip_threshold": 0.7, "learning_rate": 1.0},
                shared[9],
            ],
        ),
    ]:
        for options in own:
            cases.append(steps_of(name, dict(options)))
    wide, tall, square = SHAPES, {"dense/kernel": (7, 4), "dense/bias": (4,)}, {"dense/kernel": (5, 5), "dense/bias": (5,)}
    for options, shapes in [
        ({}, wide),
        ({}, tall),
        ({"learning_rate": 0.1, "nesterov": False, "momentum": 0.5}, square),
        ({"ns_steps": 2, "muon_a": 3.0, "muon_b": -4.0, "muon_c": 1.5, "rms_rate": None}, tall),
        ({"rms_rate": 1.0, "adam_lr_ratio": 0.5, "epsilon": 1e-3, "adam_beta_1": 0.5, "adam_beta_2": 0.7}, wide),
        ({"weight_decay": 0.1, "adam_weight_decay": 0.3}, wide),
        ({"weight_decay": None, "adam_weight_decay": 0.3}, wide),
        ({"weight_decay": 0.1, "adam_weight_decay": None}, wide),
        ({"weight_decay": 0.1, "adam_weight_decay": 0.3, "exclude": ["bias"]}, wide),
        ({"exclude_layers": ["k.rnel"], "exclude_embeddings": False, "adam_weight_decay": 0.2}, wide),
        ({"clipnorm": 0.5, "gradient_accumulation_steps": 2, **averages, "ema_overwrite_frequency": 2}, wide),
        (shared[10], tall),
    ]:
        cases.append(steps_of("Muon", dict(options), shapes))
    write("optimizers", cases)


def steps_of(name, options, shapes=SHAPES):
    excluded = options.pop("exclude", [])
    optimizer = getattr(keras.optimizers, name)(**schedule_of(options))
    optimizer.exclude_from_weight_decay(var_names=excluded)
    weights = [
        keras.Variable(rng.normal(0, 0.5, shape).astype("f4"), name=path.split("/")[1]) for path, shape in shapes.items()
    ]
    given = {camel(key): value for key, value in options.items()}
    if excluded:
        given["excludeFromWeightDecay"] = excluded
    text = ", ".join(f"{key} {value}" for key, value in given.items()) or "defaults"
    case = {"name": f"{name}: {text}", "className": name, "options": given}
    case |= {"weights": [f32(weight) for weight in weights], "steps": []}
    for _ in range(STEPS):
        gradients = [(rng.normal(0, 0.5, shape) * SCALES[: shape[-1]]).astype("f4") for shape in shapes.values()]
        # The gradients of a loss that is scaled.
        scale = options.get("loss_scale_factor", 1)
        optimizer.apply([tf.constant(scale * gradient) for gradient in gradients], weights)
        case["steps"].append({"gradients": [f32(g) for g in gradients], "weights": [f32(weight) for weight in weights]})
    learned = [v for v in optimizer.variables if v.name not in ("iteration", "learning_rate")]
    case["variables"] = [f32(v) for v in learned]
    config = optimizer.get_config()
    del config["name"]
    case["config"] = config
    return case


def learning_rates():
    cases = []
    for name, options in [
        ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.9}),
        ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.9, "staircase": True}),
        ("PiecewiseConstantDecay", {"boundaries": [3, 6], "values": [1.0, 0.5, 0.1]}),
        ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10}),
        ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "end_learning_rate": 0.01, "power": 0.5}),
        ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "power": 2.5, "cycle": True}),
        ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.5}),
        ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.5, "staircase": True}),
        ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 10}),
        ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "alpha": 0.2}),
        (
            "CosineDecay",
            {"initial_learning_rate": 0.01, "decay_steps": 10, "warmup_target": 0.1, "warmup_steps": 5, "alpha": 0.1},
        ),
        ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 5}),
        ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 5, "t_mul": 1.0, "m_mul": 0.7}),
        (
            "CosineDecayRestarts",
            {"initial_learning_rate": 0.1, "first_decay_steps": 4, "t_mul": 1.5, "m_mul": 0.9, "alpha": 0.1},
        ),
    ]:
        schedule = getattr(schedules, name)(**options)
        text = ", ".join(f"{key} {value}" for key, value in options.items())
        case = {"name": f"{name}: {text}", "className": name}
        case["options"] = {camel(key): value for key, value in options.items()}
        steps = [*range(25), 40, 100, 1234]
        case |= {"steps": steps, "rates": [float(schedule(step)) for step in steps]}
        config = keras.optimizers.schedules.serialize(schedule)
        cases.append(case | {"config": config})
    write("schedules", cases)


def make():
    optimizers()
    learning_rates()
