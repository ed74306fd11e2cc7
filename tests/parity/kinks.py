"""Keeps a batch away from kinks.

Where an activation or a maximum changes its slope, two correct float32 programs can fall on different sides of the kink and give
different gradients: one such value in a million changes a gradient by up to a hundredth. So the values at kinks are recorded in
float64 and in float32, and no value may lie within `MARGIN` times the error of PyTorch's own float32 (root mean square, per
channel) of a kink. Biases just before an activation are shifted by a few such errors until that holds, in eval and in train form
of the same weights and the same batch; close maxima of a pooling are left to the choice of the batch. Nothing of this looks at
what Onward computes.
"""

import copy
import threading
from dataclasses import dataclass

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

import reference

MARGIN = 8.0
#: Where the slope of an op jumps; None: at its own bounds.
KINKS: dict[str, tuple[float, ...] | None] = {
    "relu": (0.0,),
    "hardtanh": None,
    "hardswish": (-3.0, 3.0),
    "hardsigmoid": (-3.0, 3.0),
}
PRECISIONS = [torch.float64, torch.float32]


@dataclass
class Closeness:
    """How many values of a model lie too near to a kink, and how many were looked at."""

    values: int
    maxima: int
    looked: int
    shifted: int

    @property
    def none(self) -> bool:
        return self.values + self.maxima == 0


class Watch(TorchDispatchMode):
    """Stops at every kink of one forward pass until the passes of all forms have come there."""

    def __init__(self, meeting: "Meeting", place: int):
        super().__init__()
        self.meeting = meeting
        self.place = place

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        name = func._schema.name.split("::")[1].removesuffix("_")
        if name in KINKS or name.startswith("max_pool2d"):
            shift = self.meeting.wait(self.place, name, args)
            if shift is not None:
                args[0].add_(shift.to(args[0].dtype))
        return func(*args, **(kwargs or {}))


class Meeting:
    """Compares the forms of a model at each kink."""

    def __init__(self, case, settle: bool):
        self.settle = settle
        self.found = Closeness(0, 0, 0, 0)
        forms = [(case.module, False), (case.module, True)]
        # Files that keep some of the batch norms train those alone.
        if reference.has_batch_norms(case.module):
            folded = reference.fused(case.module)
            forms += [(folded, True)] if reference.has_batch_norms(folded) else []
        self.modules = [copy.deepcopy(m).to(dtype).train(training) for m, training in forms for dtype in PRECISIONS]
        self.barrier = threading.Barrier(len(self.modules), action=self.decide)
        self.values: list[tuple[str, tuple] | None] = [None] * len(self.modules)
        self.shift: torch.Tensor | None = None
        #: The module that ran last and has a bias, by the size of that.
        self.last: dict[int, str] = {}
        self.shifts: list[tuple[str, torch.Tensor]] = []
        for name, module in self.modules[0].named_modules():
            if isinstance(getattr(module, "bias", None), torch.Tensor):
                module.register_forward_hook(lambda m, i, o, name=name: self.last.update({m.bias.numel(): name}))
        self.error: BaseException | None = None
        threads = [threading.Thread(target=self.run, args=(case, place)) for place in range(len(self.modules))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        # Hooks hold this object, and it would hold gigabytes until Python looks for such cycles.
        self.modules.clear()
        if self.error is not None:
            raise self.error

    def run(self, case, place: int) -> None:
        try:
            inputs = [v.to(PRECISIONS[place % 2]) if v.is_floating_point() else v for v in case.inputs.values()]
            with torch.no_grad(), Watch(self, place):
                self.modules[place](*inputs)
        except BaseException as error:  # noqa: BLE001 - it is raised again where the threads are joined
            if not isinstance(error, threading.BrokenBarrierError):
                self.error = error
            self.barrier.abort()

    def wait(self, place: int, name: str, args: tuple) -> torch.Tensor | None:
        self.values[place] = (name, args)
        self.barrier.wait()
        return self.shift

    def decide(self) -> None:
        name, args = self.values[0]
        pairs = [(self.values[i][1][0], self.values[i + 1][1][0].double()) for i in range(0, len(self.values), 2)]
        self.shift = None
        self.found.looked += args[0].numel()
        if name.startswith("max_pool2d"):
            self.found.maxima += sum(close_maxima(double, single, args[1:]) for double, single in pairs)
            return
        kinks = KINKS[name] or (float(args[1]), float(args[2]))
        dim, module = self.channels(args[0])
        # One row a channel: distances to the kinks, and the margin.
        rows = [r for double, single in pairs for r in distances(double, single, kinks, dim)]
        close = torch.stack([(d.abs() < m).sum(1) for d, m in rows]).sum(0)
        if not self.settle or module is None:
            self.found.values += int(close.sum())
            return
        shift = torch.zeros(len(close), dtype=torch.float64)
        for channel in close.nonzero().ravel().tolist():
            shift[channel] = least_shift([(d[channel], float(m[channel, 0])) for d, m in rows])
        if (shift != 0).any():
            self.found.shifted += int((shift != 0).sum())
            self.shifts.append((module, shift))
            shape = [1] * args[0].dim()
            shape[dim] = -1
            self.shift = shift.view(shape)

    def channels(self, values: torch.Tensor) -> tuple[int, str | None]:
        """The dimension of the channels, and the module whose bias shifts them."""
        for dim in (1, values.dim() - 1):
            name = self.last.get(values.shape[dim])
            if name is None:
                continue
            linear = isinstance(self.modules[0].get_submodule(name), (nn.Linear, nn.LayerNorm))
            if dim == (values.dim() - 1 if linear else 1):
                return dim, name
        return values.dim() - 1, None


def by_channel(values: torch.Tensor, dim: int) -> torch.Tensor:
    return values.movedim(dim, 0).reshape(values.shape[dim], -1)


def distances(double: torch.Tensor, single: torch.Tensor, kinks: tuple[float, ...], dim: int):
    double, single = by_channel(double, dim), by_channel(single, dim)
    margin = MARGIN * (double - single).pow(2).mean(1, keepdim=True).sqrt()
    return [(double - kink, margin) for kink in kinks]


def least_shift(rows: list[tuple[torch.Tensor, float]]) -> float:
    """The smallest shift that takes all distances out of their margins."""
    unit = max(margin for _, margin in rows) / 2
    for i in range(1, 2000):
        for shift in (i * unit, -i * unit):
            if all(bool(((d + shift).abs() > 1.25 * m).all()) for d, m in rows):
                return shift
    return 0.0


def close_maxima(double: torch.Tensor, single: torch.Tensor, options: tuple) -> int:
    """How many windows have two largest values that are too close; equal ones come from one source, or from a zero."""
    margin = MARGIN * (double - single).pow(2).mean((0, 2, 3), keepdim=True).sqrt().mul(2**0.5)
    largest = windows(double, options).topk(2, 2).values
    gap = largest[:, :, 0] - largest[:, :, 1]
    seen = (largest[:, :, 0] > -1e30) & (gap > 0)
    return int((seen & (gap < margin.view(1, -1, 1))).sum())


def windows(values: torch.Tensor, options: tuple) -> torch.Tensor:
    kernel, strides, pads, _, ceil = [*options, *[[], [0, 0], [1, 1], False][len(options) - 1 :]]
    strides = strides or kernel
    extra = [s if ceil else 0 for s in strides]
    pads = [*pads, *pads][:2]
    around = (pads[1], pads[1] + extra[1], pads[0], pads[0] + extra[0])
    unfolded = nn.functional.unfold(nn.functional.pad(values, around, value=-1e30), tuple(kernel), stride=tuple(strides))
    return unfolded.view(values.shape[0], values.shape[1], kernel[0] * kernel[1], -1)


def settle(case) -> Closeness:
    """Shifts biases so that no activation is close to its kink; what is then still close."""
    shifted = 0
    for _ in range(4):
        meeting = Meeting(case, settle=True)
        shifted += meeting.found.shifted
        with torch.no_grad():
            for name, shift in meeting.shifts:
                case.module.get_submodule(name).bias += shift.float()
        found = Meeting(case, settle=False).found
        if found.values == 0:
            break
    found.shifted = shifted
    return found
