"""The networks of peerNetworks.ts in PyTorch, modules in the order of Keras' weights."""

import torch
from torch import nn
from torch.nn import functional


class Convolution(nn.Conv2d):
    """
    Padded like Keras' "same". With a stride of 2 that is one row and column at the end, for which PyTorch needs a copy; without
    `exact`, its own padding on all sides is taken, which costs nothing and shifts the image by a pixel.
    """

    def __init__(self, inputs, outputs, size, stride=1, exact=True, **options):
        self.exact_padding = exact and stride > 1 and size > 1
        super().__init__(inputs, outputs, size, stride, 0 if self.exact_padding else size // 2, **options)

    def forward(self, x):
        return super().forward(functional.pad(x, (0, 1, 0, 1)) if self.exact_padding else x)


def seed(_):
    return nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 64, 3), nn.ReLU(), nn.Flatten(),
        nn.Linear(576, 64), nn.ReLU(), nn.Linear(64, 10),
    )  # fmt: skip


class Residual(nn.Module):
    def __init__(self, inputs, filters, stride, exact):
        super().__init__()
        self.first = Convolution(inputs, filters, 3, stride, exact)
        self.first_norm = nn.BatchNorm2d(filters, eps=1e-3, momentum=0.01)
        self.second = Convolution(filters, filters, 3)
        # Keras has the shortcut's weights before those of the normalisation that it meets.
        self.shortcut = Convolution(inputs, filters, 1, stride) if stride > 1 else nn.Identity()
        self.second_norm = nn.BatchNorm2d(filters, eps=1e-3, momentum=0.01)

    def forward(self, x):
        y = functional.relu(self.first_norm(self.first(x)), inplace=True)
        y = self.second_norm(self.second(y))
        return functional.relu(y + self.shortcut(x), inplace=True)


def resnet20(exact):
    sizes = [(16, 16, 1)] * 3 + [(16, 32, 2)] + [(32, 32, 1)] * 2 + [(32, 64, 2)] + [(64, 64, 1)] * 2
    return nn.Sequential(
        Convolution(3, 16, 3), nn.BatchNorm2d(16, eps=1e-3, momentum=0.01), nn.ReLU(inplace=True),
        *(Residual(*size, exact) for size in sizes),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10),
    )  # fmt: skip


def wide(filters, alpha):
    exact = filters * alpha
    rounded = max(8, int(exact + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * exact else rounded


def normalized(convolution, activation=True):
    norm = nn.BatchNorm2d(convolution.out_channels, eps=1e-3, momentum=0.001)
    return [convolution, norm, *([nn.ReLU6(inplace=True)] if activation else [])]


class InvertedResidual(nn.Module):
    def __init__(self, inputs, expansion, filters, stride, exact):
        super().__init__()
        middle = expansion * inputs
        depthwise = Convolution(middle, middle, 3, stride, exact, groups=middle, bias=False)
        self.layers = nn.Sequential(
            *(normalized(Convolution(inputs, middle, 1, bias=False)) if expansion > 1 else []),
            *normalized(depthwise),
            *normalized(Convolution(middle, filters, 1, bias=False), activation=False),
        )
        self.is_residual = stride == 1 and inputs == filters

    def forward(self, x):
        return x + self.layers(x) if self.is_residual else self.layers(x)


def mobilenetv2(exact, alpha=0.35, classes=1000):
    stages = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]
    inputs = wide(32, alpha)
    modules = normalized(Convolution(3, inputs, 3, 2, exact, bias=False))
    for expansion, filters, blocks, stride in stages:
        for block in range(blocks):
            modules.append(InvertedResidual(inputs, expansion, wide(filters, alpha), stride if block == 0 else 1, exact))
            inputs = wide(filters, alpha)
    modules += normalized(Convolution(inputs, 1280, 1, bias=False))
    return nn.Sequential(*modules, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1280, classes))


NETWORKS = {"seed": seed, "resnet20": resnet20, "mobilenetv2-0.35": mobilenetv2}
# That of peerNetworks.ts.
LEARNING_RATE = 1e-4
# The L2 penalty of kernels of convolutions: Keras adds it to the loss, its gradient is PyTorch's weight decay.
PENALTIES = {"resnet20": 1e-4}


def with_weights(name, weights, memory_format, exact=True):
    """The network with Keras' weights, in training mode."""
    model = NETWORKS[name](exact)
    values = iter([torch.from_numpy(weight.copy()) for weight in weights])
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, nn.Conv2d):
                kernel = next(values)
                depthwise = module.groups > 1
                module.weight.copy_(kernel.permute(2, 3, 0, 1) if depthwise else kernel.permute(3, 2, 0, 1))
            elif isinstance(module, nn.Linear):
                kernel = next(values)
                if name == "seed" and kernel.shape[0] == 576:
                    # Flatten sees channels first, Keras' kernel has them last.
                    kernel = kernel.reshape(3, 3, 64, 64).permute(2, 0, 1, 3).reshape(576, 64)
                module.weight.copy_(kernel.T)
            elif isinstance(module, nn.BatchNorm2d):
                for target in (module.weight, module.bias, module.running_mean, module.running_var):
                    target.copy_(next(values))
                continue
            else:
                continue
            if module.bias is not None:
                module.bias.copy_(next(values))
    if next(values, None) is not None:
        raise ValueError(f"{name}: expected as many weights as Keras has, got fewer")
    return model.to(memory_format=memory_format)


def kernels_of(model):
    return [module.weight for module in model.modules() if isinstance(module, nn.Conv2d)]


def penalty(name, model):
    """What Keras adds to the loss."""
    return PENALTIES.get(name, 0) * sum(kernel.square().sum() for kernel in kernels_of(model))


def sgd(name, model):
    decay = 2 * PENALTIES.get(name, 0)
    kernels = {id(kernel) for kernel in kernels_of(model)}
    groups = [
        {"params": [p for p in model.parameters() if id(p) in kernels], "weight_decay": decay},
        {"params": [p for p in model.parameters() if id(p) not in kernels]},
    ]
    return torch.optim.SGD(groups, lr=LEARNING_RATE, momentum=0.9)
