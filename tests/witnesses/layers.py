"""Writes tests/fixtures/layers.json: each layer's result and gradients by PyTorch in float64.

Run with Python and PyTorch from the root of the repository: python tests/witnesses/layers.py
Inputs, parameters and buffers are float32 numbers; what is computed from them is rounded to float32 in the end.
"""

import json

import torch
from torch import nn

torch.manual_seed(7)


def case(call, module, shape, name=None, inputs=None):
    """One layer: `call` as it is written in TypeScript, and what PyTorch makes of it."""
    module = module.double().eval()
    for tensor in [*module.parameters(), *(b for b in module.buffers() if b.is_floating_point())]:
        values = torch.rand_like(tensor) + 0.5 if tensor is getattr(module, "running_var", None) else torch.randn_like(tensor)
        tensor.data = values.float().double()
    if inputs is None:
        x = torch.randn(*shape).float().double().requires_grad_()
    else:
        x = inputs
    y = module(x)
    seed = torch.randn(*y.shape).float().double()
    (y * seed).sum().backward()
    numbers = lambda t: {"dims": list(t.shape), "values": t.detach().float().flatten().tolist()}
    return {
        "layer": name or call[0],
        "arguments": call[1:],
        "input": numbers(x),
        "output": numbers(y),
        "seed": numbers(seed),
        "values": {k: numbers(v) for k, v in module.state_dict().items() if v.is_floating_point()},
        "gradients": {
            **({"input": numbers(x.grad)} if x.requires_grad else {}),
            **{k: numbers(v.grad) for k, v in module.named_parameters()},
        },
    }


cases = [
    case(["linear", 5, 3], nn.Linear(5, 3), (4, 5)),
    case(["linear", 5, 3, {"bias": False}], nn.Linear(5, 3, bias=False), (4, 5)),
    case(["linear", 5, 3], nn.Linear(5, 3), (2, 3, 5)),
    case(["conv1d", 2, 3, 3], nn.Conv1d(2, 3, 3), (2, 2, 6)),
    case(
        ["conv1d", 2, 4, 3, {"stride": 2, "padding": 1, "groups": 2}],
        nn.Conv1d(2, 4, 3, stride=2, padding=1, groups=2),
        (2, 2, 7),
    ),
    case(["conv1d", 2, 3, 4, {"padding": "same", "dilation": 2}], nn.Conv1d(2, 3, 4, padding="same", dilation=2), (2, 2, 9)),
    case(["conv2d", 2, 3, 3], nn.Conv2d(2, 3, 3), (2, 2, 5, 4)),
    case(
        ["conv2d", 2, 3, [3, 2], {"stride": [2, 1], "padding": [1, 0], "bias": False}],
        nn.Conv2d(2, 3, (3, 2), stride=(2, 1), padding=(1, 0), bias=False),
        (2, 2, 6, 4),
    ),
    case(["conv2d", 4, 4, 3, {"padding": 1, "groups": 4}], nn.Conv2d(4, 4, 3, padding=1, groups=4), (2, 4, 4, 4)),
    case(["conv2d", 1, 2, 2, {"dilation": 2}], nn.Conv2d(1, 2, 2, dilation=2), (2, 1, 5, 5)),
    case(["batchNorm", 3], nn.BatchNorm1d(3), (4, 3)),
    case(["batchNorm", 3, {"eps": 0.01, "momentum": 0.3}], nn.BatchNorm2d(3, eps=0.01, momentum=0.3), (2, 3, 3, 2)),
    case(["batchNorm", 3, {"affine": False}], nn.BatchNorm1d(3, affine=False), (2, 3, 4)),
    case(["layerNorm", 6], nn.LayerNorm(6), (3, 6)),
    case(["layerNorm", [3, 4], {"eps": 0.01}], nn.LayerNorm([3, 4], eps=0.01), (2, 3, 4)),
    case(["dropout", 0.4], nn.Dropout(0.4), (2, 5)),
    case(["maxPool1d", 2], nn.MaxPool1d(2), (2, 2, 6)),
    case(["maxPool1d", 3, {"stride": 2, "padding": 1}], nn.MaxPool1d(3, stride=2, padding=1), (2, 2, 6)),
    case(["maxPool2d", 2], nn.MaxPool2d(2), (2, 2, 5, 4)),
    case(["maxPool2d", 3, {"stride": 2, "padding": 1}], nn.MaxPool2d(3, stride=2, padding=1), (2, 1, 6, 6)),
    case(["averagePool1d", 2], nn.AvgPool1d(2), (2, 2, 6)),
    case(["averagePool2d", 2], nn.AvgPool2d(2), (2, 2, 5, 4)),
    case(["averagePool2d", 3, {"stride": 2, "padding": 1}], nn.AvgPool2d(3, stride=2, padding=1), (2, 1, 6, 6)),
    case(
        ["averagePool2d", 3, {"stride": 2, "padding": 1, "countIncludePad": False}],
        nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False),
        (2, 1, 6, 6),
    ),
    case(["globalAveragePool"], nn.AdaptiveAvgPool2d(1), (2, 3, 4, 2)),
    case(["globalAveragePool"], nn.AdaptiveAvgPool1d(1), (2, 3, 4)),
    case(["flatten"], nn.Flatten(), (2, 3, 2, 2)),
    case(["embedding", 6, 3], nn.Embedding(6, 3), None, inputs=torch.tensor([[0, 5, 5, 2], [1, 0, 2, 2]])),
    case(["relu"], nn.ReLU(), (3, 5)),
    case(["leakyRelu"], nn.LeakyReLU(), (3, 5)),
    case(["leakyRelu", 0.2], nn.LeakyReLU(0.2), (3, 5)),
    case(["gelu"], nn.GELU(), (3, 5)),
    case(["gelu", {"approximate": "tanh"}], nn.GELU(approximate="tanh"), (3, 5)),
    case(["silu"], nn.SiLU(), (3, 5)),
    case(["tanh"], nn.Tanh(), (3, 5)),
    case(["sigmoid"], nn.Sigmoid(), (3, 5)),
    case(["elu"], nn.ELU(), (3, 5)),
    case(["elu", 0.6], nn.ELU(0.6), (3, 5)),
    case(["hardSwish"], nn.Hardswish(), (3, 5)),
    case(["softmax"], nn.Softmax(dim=-1), (3, 5)),
    case(["softmax", {"axis": 1}], nn.Softmax(dim=1), (2, 3, 4)),
]

with open("tests/fixtures/layers.json", "w") as file:
    json.dump({"versions": {"torch": torch.__version__}, "cases": cases}, file, separators=(",", ":"))
    file.write("\n")
