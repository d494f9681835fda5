"""PyTorch, eager float32, in both memory formats; "compile" as an argument: torch.compile around the training step."""

import re
import sys

import torch
from serve import Contender, debian_bytes, installed_bytes, read_workload, serve
from torch import nn
from torchNetworks import penalty, sgd, with_weights


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
    name = setup["network"]
    # What is timed has PyTorch's own padding: it is not to pay for Keras'.
    model = with_weights(name, weights, memory_format, exact=False)
    images = [x.contiguous(memory_format=memory_format) for x in inputs]
    if not setup["training"]:
        model.eval()

        def infer(batch):
            with torch.inference_mode():
                return torch.softmax(model(images[batch]), 1).numpy()

        return infer

    if name == "seed":
        optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3, alpha=0.9, eps=1e-7)
    else:
        optimizer = sgd(name, model)
    loss_of = loss_function(model, compiled)

    def train(batch):
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(images[batch], classes[batch])
        loss.backward()
        optimizer.step()
        return loss.item()

    return train


def seed_check(weights, inputs, classes, compiled):
    """Training with epsilon inside RMSprop's root, as Keras and we have it: PyTorch has it outside."""
    model = with_weights("seed", weights, torch.channels_last)
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


def network_check(name, weights, inputs, classes):
    """Training with Keras' padding, and the loss that Keras gives: with its penalty."""
    model = with_weights(name, weights, torch.channels_last)
    optimizer = sgd(name, model)

    def train(batch):
        optimizer.zero_grad(set_to_none=True)
        loss = nn.functional.cross_entropy(model(inputs[batch]), classes[batch])
        total = loss.item() + float(penalty(name, model))
        loss.backward()
        optimizer.step()
        return total

    return train


def training_check(setup, weights, inputs, classes, compiled):
    if setup["network"] == "seed":
        return seed_check(weights, inputs, classes, compiled)
    return network_check(setup["network"], weights, inputs, classes)


def create(setup):
    torch.set_num_threads(setup["threads"])
    torch.manual_seed(1)
    weights, images, labels = read_workload(setup)
    inputs = [torch.from_numpy(batch).permute(0, 3, 1, 2) for batch in images]
    classes = [torch.from_numpy(batch).long() for batch in labels]
    compiled = "compile" in sys.argv
    variants = {
        name: variant(setup, weights, inputs, classes, memory_format, compiled)
        for name, memory_format in (("channels_last", torch.channels_last), ("nchw", torch.contiguous_format))
    }
    blas = "MKL" if torch.backends.mkl.is_available() else "BLAS of the system"
    notes = ["torch.compile" if compiled else "eager float32", blas]
    capability = re.search(r"CPU capability usage: (\w+)", torch.__config__.show())
    if capability:
        notes.append(capability[1])
    if setup["training"] and setup["network"] == "seed":
        notes.append("RMSprop's epsilon outside the root (inside it for the check)")
    elif setup["training"]:
        notes.append("its own padding of strided convolutions (Keras' for the check)")
    from_debian = "/dist-packages/" in torch.__file__

    def installed():
        return debian_bytes("python3-torch") if from_debian else installed_bytes("torch")

    check = training_check(setup, weights, inputs, classes, compiled) if setup["training"] else None
    return Contender(torch.__version__, variants, installed, ", ".join(notes), check)


serve(create)
