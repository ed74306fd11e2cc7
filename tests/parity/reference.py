"""Gradients and sgd steps by PyTorch, in float32 and float64."""

import copy

import numpy as np
import torch
from torch import nn

from models import Case


def fused(module: nn.Module) -> nn.Module | None:
    """The model with its batch norms folded into its convolutions, as exporters fold them; None where it has none."""
    if not any(isinstance(m, nn.modules.batchnorm._BatchNorm) for m in module.modules()):
        return None
    from torch.fx.experimental.optimization import fuse

    return fuse(copy.deepcopy(module).eval()).requires_grad_(True)


def prepared(module: nn.Module, dtype: torch.dtype, training: bool) -> nn.Module:
    return copy.deepcopy(module).to(dtype).train(training)


def loss_of(module: nn.Module, case: Case, dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
    values = [value.to(dtype) if value.is_floating_point() else value for value in case.inputs.values()]
    scores = module(*values)
    return nn.functional.cross_entropy(scores, case.labels, reduction="sum"), scores


def gradients(module: nn.Module, case: Case, dtype: torch.dtype, training: bool) -> dict[str, np.ndarray]:
    """The gradient of the summed cross-entropy of each parameter that it depends on."""
    model = prepared(module, dtype, training)
    loss, _ = loss_of(model, case, dtype)
    loss.backward()
    return {name: p.grad.numpy() for name, p in model.named_parameters() if p.grad is not None}


def scores(module: nn.Module, case: Case, training: bool) -> np.ndarray:
    with torch.no_grad():
        return loss_of(prepared(module, torch.float64, training), case, torch.float64)[1].numpy()


def after_steps(
    module: nn.Module, case: Case, dtype: torch.dtype, training: bool, rate: float, steps: int
) -> dict[str, np.ndarray]:
    """Parameters and running statistics after some steps of sgd on the same batch."""
    model = prepared(module, dtype, training)
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for _ in range(steps):
        optimizer.zero_grad()
        loss_of(model, case, dtype)[0].backward()
        optimizer.step()
    return {name: value.detach().numpy() for name, value in tensors(model).items()}


def tensors(module: nn.Module) -> dict[str, torch.Tensor]:
    """Parameters and floating buffers by name."""
    buffers = {name: value for name, value in module.named_buffers() if value.is_floating_point()}
    return {**dict(module.named_parameters()), **buffers}
