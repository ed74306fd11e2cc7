"""A batch normalisation that is called twice in one pass, in PyTorch, float64: tests/fixtures/shared-norm.json.

Run: python tests/witnesses/shared_norm.py
"""

import json
import pathlib

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(4)


def values(*shape, low=-1.5):
    return (torch.rand(*shape) * 3 + low).float().double()


norm = torch.nn.BatchNorm1d(3, momentum=0.2)
norm.weight.data, norm.bias.data = values(3, low=0.2), values(3)
norm.running_mean, norm.running_var = values(3), values(3, low=0.2)
head = values(2, 3).requires_grad_()
x, labels = values(6, 3), torch.randint(0, 2, (6,))
before = {name: tensor.flatten().tolist() for name, tensor in norm.state_dict().items()}

loss = F.cross_entropy(F.linear(norm(torch.tanh(norm(x))), head), labels, reduction="sum")
loss.backward()

fixture = {
    "versions": {"torch": torch.__version__},
    "x": x.flatten().tolist(),
    "labels": labels.tolist(),
    "head": head.flatten().tolist(),
    "before": before,
    "after": {name: tensor.flatten().tolist() for name, tensor in norm.state_dict().items()},
    "gradients": {"weight": norm.weight.grad.tolist(), "bias": norm.bias.grad.tolist()},
}
path = pathlib.Path(__file__).parent.parent / "fixtures" / "shared-norm.json"
path.write_text(json.dumps(fixture, indent=1) + "\n")
