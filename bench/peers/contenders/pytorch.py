"""PyTorch, eager float32, in both memory formats; "compile" as an argument: torch.compile around the training step."""

import sys

import torch
from serve import Contender, debian_bytes, installed_bytes, read_workload, serve
from torch import nn


def network(weights, memory_format):
    model = nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 64, 3), nn.ReLU(), nn.Flatten(),
        nn.Linear(576, 64), nn.ReLU(), nn.Linear(64, 10),
    )  # fmt: skip
    values = [torch.from_numpy(weight.copy()) for weight in weights]
    for i in (0, 2, 4):
        values[i] = values[i].permute(3, 2, 0, 1)
    # Flatten sees channels first, Keras' kernel has them last.
    values[6] = values[6].reshape(3, 3, 64, 64).permute(2, 0, 1, 3).reshape(576, 64).T
    values[8] = values[8].T
    with torch.no_grad():
        for parameter, value in zip(model.parameters(), values):
            parameter.copy_(value)
    return model.to(memory_format=memory_format)


def loss_function(model, compiled):
    def loss_of(x, y):
        return nn.functional.cross_entropy(model(x), y)

    # Compiled when it is first called, so that a PyTorch that has no compile can say its version before.
    functions = {}

    def compiled_loss(x, y):
        if not functions:
            functions["loss"] = torch.compile(loss_of)
        return functions["loss"](x, y)

    return compiled_loss if compiled else loss_of


def variant(setup, weights, inputs, classes, memory_format, compiled):
    model = network(weights, memory_format)
    images = [x.contiguous(memory_format=memory_format) for x in inputs]
    if setup["task"] != "train":
        model.eval()

        def infer(batch):
            with torch.inference_mode():
                return torch.softmax(model(images[batch]), 1).numpy()

        return infer

    optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3, alpha=0.9, eps=1e-7)
    loss_of = loss_function(model, compiled)

    def train(batch):
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(images[batch], classes[batch])
        loss.backward()
        optimizer.step()
        return loss.item()

    return train


def training_check(weights, inputs, classes, compiled):
    """Training with epsilon inside RMSprop's root, as Keras and we have it: PyTorch has it outside."""
    model = network(weights, torch.channels_last)
    loss_of = loss_function(model, compiled)
    squares = [torch.zeros_like(parameter) for parameter in model.parameters()]

    def train(batch):
        loss = loss_of(inputs[batch], classes[batch])
        gradients = torch.autograd.grad(loss, list(model.parameters()))
        with torch.no_grad():
            for parameter, gradient, square in zip(model.parameters(), gradients, squares):
                square.mul_(0.9).add_(gradient.square(), alpha=0.1)
                parameter.sub_(1e-3 * gradient / (square + 1e-7).sqrt())
        return loss.item()

    return train


def create(setup):
    torch.set_num_threads(setup["threads"])
    torch.manual_seed(1)
    weights, images, labels = read_workload(setup)
    inputs = [torch.from_numpy(batch).unsqueeze(1) for batch in images]
    classes = [torch.from_numpy(batch).long() for batch in labels]
    compiled = "compile" in sys.argv
    variants = {
        name: variant(setup, weights, inputs, classes, memory_format, compiled)
        for name, memory_format in (("channels_last", torch.channels_last), ("nchw", torch.contiguous_format))
    }
    blas = "MKL" if torch.backends.mkl.is_available() else "BLAS of the system"
    notes = ["torch.compile" if compiled else "eager float32", blas]
    if setup["task"] == "train":
        notes.append("RMSprop's epsilon outside the root (inside it for the check)")
    from_debian = "/dist-packages/" in torch.__file__

    def installed():
        return debian_bytes("python3-torch") if from_debian else installed_bytes("torch")

    check = training_check(weights, inputs, classes, compiled) if setup["task"] == "train" else None
    return Contender(torch.__version__, variants, installed, ", ".join(notes), check)


serve(create)
