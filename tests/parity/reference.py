"""Gradients and sgd steps by PyTorch, in float32 and float64."""

import copy
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

import leaves

#: In one step no tensor moves by more than this part of its norm; in train form, by less. Larger steps are chaotic there, in
#: PyTorch as well: resnet18, its first convolution moving by 0.05 a step after one value in 762 thousand fell on the other side
#: of zero, multiplies the difference between float32 and float64 of that convolution by ten a step (5e-4, 5e-3), until they
#: share nothing (0.13 at six times the rate). At 0.01 regnet_y_400mf's last running variance is 5e-3 from float64 in PyTorch.
#: Within the bound, too, single values decide how near a parameter's movement comes to float64's. After resnet18's three steps the
#: error of that of its first convolution has levels, and inputs changed at random by one unit in the last place reach the same ones in
#: both programs: 1.7e-5 and 3.9e-4 in PyTorch (1.0e-3 with channels last), 1.7e-5, 3.9e-4, 9.6e-4 and 1.5e-2 here. Each level is a value
#: that falls on the other side of zero; what flows through it is not a question of precision.
MOVE = {False: 0.01, True: 0.001}


@dataclass
class Parametrisation:
    """A model and the tensors that are its parameters: its own, or the leaves of a plan with these values."""

    module: nn.Module
    plan: leaves.Plan | None = None
    values: dict[str, np.ndarray] | None = None


@dataclass
class Run:
    """What one form computes in one precision."""

    scores: np.ndarray
    #: Of the summed cross-entropy, for each parameter that it depends on.
    gradients: dict[str, np.ndarray]
    #: Parameters of the model that leaves do not stand for, yet get a gradient.
    uncovered: list[str]
    rate: float
    #: Parameters and buffers after the steps.
    after: dict[str, np.ndarray]


def fused(module: nn.Module) -> nn.Module:
    """The model with its batch norms folded into its convolutions, as exporters fold them."""
    from torch.fx.experimental.optimization import fuse

    return fuse(copy.deepcopy(module).eval()).requires_grad_(True)


def has_batch_norms(module: nn.Module) -> bool:
    return any(isinstance(m, nn.modules.batchnorm._BatchNorm) for m in module.modules())


def run(
    given: Parametrisation, case, dtype: torch.dtype, training: bool, steps: int, rate: float | None = None
) -> Run:
    """Gradients, and what the parameters are after steps of sgd on the same batch, with a rate that `MOVE` bounds."""
    model = copy.deepcopy(given.module).to(dtype).train(training)
    own = dict(model.named_parameters())
    parameters = own
    if given.plan is not None:
        parameters = {n: torch.tensor(v, dtype=dtype, requires_grad=True) for n, v in given.values.items()}
    inputs = [value.to(dtype) if value.is_floating_point() else value for value in case.inputs.values()]
    result = None
    for step in range(max(steps, 1)):
        for parameter in [*parameters.values(), *own.values()]:
            parameter.grad = None
        scores = model(*inputs) if given.plan is None else leaves.replay(model, inputs, given.plan, parameters)
        nn.functional.cross_entropy(scores, case.labels, reduction="sum").backward()
        if result is None:
            gradients = {n: p.grad.numpy().copy() for n, p in parameters.items() if p.grad is not None}
            left = {} if given.plan is None else own
            uncovered = [n for n, p in left.items() if p.grad is not None and bool((p.grad != 0).any())]
            rate = rate if rate is not None else bounded_rate(parameters, MOVE[training])
            result = Run(scores.detach().numpy().copy(), gradients, uncovered, rate, {})
        if step < steps:
            with torch.no_grad():
                for parameter in parameters.values():
                    if parameter.grad is not None:
                        parameter -= rate * parameter.grad
    buffers = {name: value for name, value in model.named_buffers() if value.is_floating_point()}
    result.after = {name: value.detach().numpy() for name, value in {**buffers, **parameters}.items()} if steps else {}
    return result


def other_kernels(given: Parametrisation, case, training: bool, steps: int, rate: float) -> dict[str, Run]:
    """float32 by PyTorch's other convolutions. Which values fall on the other side of a kink depends on their rounding."""
    with torch.backends.mkldnn.flags(enabled=False):
        native = run(given, case, torch.float32, training, steps, rate)
    module = copy.deepcopy(given.module).to(memory_format=torch.channels_last)
    last = run(Parametrisation(module, given.plan, given.values), case, torch.float32, training, steps, rate)
    return {"native": native, "channels last": last}


def bounded_rate(parameters: dict[str, torch.Tensor], move: float) -> float:
    moves = [float(p.grad.norm() / p.detach().norm()) for p in parameters.values() if p.grad is not None]
    return float(np.float32(move / max(moves)))
