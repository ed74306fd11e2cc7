"""Finds tensors of an exported file by their values."""

from dataclasses import dataclass
from itertools import permutations

import numpy as np
import torch

#: Attention scales that exporters multiply into weights, for heads of 4, 8, 16, 32 and 64: 1 / sqrt(d) and its root.
SCALES = (1.0, 0.5, 0.25, 0.125, 2**-1.5, 2**-2.5, 2**-0.75, 2**-1.25, 2**-1.75, 2**-0.5)


@dataclass
class Match:
    """Says that a tensor of the file is `scale` times a tensor of the model, transposed by `axes` and reshaped.

    With an `index` the flat elements of the one are `index` of the other: `inside` the model's, or the file's.
    """

    name: str
    axes: tuple[int, ...] | None
    #: The shape that the model's tensor has.
    shape: tuple[int, ...]
    scale: float = 1.0
    index: np.ndarray | None = None
    inside: bool = False

    def whole(self, leaves: dict[str, torch.Tensor], shape: torch.Size) -> torch.Tensor:
        leaf = leaves[self.name]
        if self.axes is None:
            value = leaf.reshape(shape)
        else:
            moved = [self.shape[axis] for axis in self.axes]
            value = leaf.reshape(moved).permute(*np.argsort(self.axes).tolist())
        return value if self.scale == 1.0 else value / self.scale

    def put(self, flat: torch.Tensor, leaves: dict[str, torch.Tensor]) -> torch.Tensor:
        leaf, index = leaves[self.name].reshape(-1), torch.from_numpy(self.index)
        return flat.index_put((index,), leaf / self.scale) if self.inside else leaf[index] / self.scale

    def exported(self, value: np.ndarray) -> np.ndarray:
        """The model's tensor in the order of the file's."""
        return value.ravel() if self.axes is None else value.reshape(self.shape).transpose(self.axes).ravel()


class Finder:
    """The tensors of a file, indexed by size and by the sum of their magnitudes."""

    def __init__(self, exported: dict[str, np.ndarray]):
        self.by_size: dict[int, list[tuple[str, np.ndarray, float]]] = {}
        for name, value in exported.items():
            entry = (name, value, float(np.abs(value).sum(dtype=np.float64)))
            self.by_size.setdefault(value.size, []).append(entry)

    def alike(self, value: np.ndarray) -> list[Match]:
        """Every tensor of the file that is this one, but for scale, order of axes and rounding."""
        entries = self.by_size.get(value.size, [])
        total = float(np.abs(value).sum(dtype=np.float64)) if entries else 0.0
        for scale in SCALES if total > 0 else ():
            near = [e for e in entries if abs(e[2] - scale * total) <= 1e-5 * e[2]]
            found = [m for name, other, _ in near if (m := permuted(name, other, value, scale)) is not None]
            if found:
                return found
        return []


def permuted(name: str, exported: np.ndarray, value: np.ndarray, scale: float) -> Match | None:
    flat = exported.ravel()
    norm = float(np.linalg.norm(flat))
    start = flat[:64]

    def same(other: np.ndarray) -> bool:
        if np.linalg.norm(other.ravel()[:64] * scale - start) > 1e-4 * norm:
            return False
        return bool(np.linalg.norm(other.ravel() * np.float32(scale) - flat) <= 1e-5 * norm)

    if same(value):
        return Match(name, None, value.shape, scale)
    for axes in permutations(range(value.ndim)) if 1 < value.ndim <= 5 else ():
        if same(value.transpose(axes)):
            return Match(name, axes, value.shape, scale)
    return None


class Parts:
    """Tensors of a file that are a part of one of the model, or that have several of them in one."""

    def __init__(self, exported: dict[str, np.ndarray]):
        self.exported = exported
        self.sorted = {name: ordered(value) for name, value in exported.items()}

    def found(self, value: np.ndarray) -> list[Match]:
        own = ordered(value)
        matches = []
        for name, tensor in self.exported.items():
            if tensor.size < value.size:
                index = places(tensor.ravel(), *own)
                if index is not None:
                    matches.append(Match(name, None, value.shape, index=index, inside=True))
            elif (index := places(value.ravel(), *self.sorted[name])) is not None:
                return [Match(name, None, value.shape, index=index)]
        return matches


def ordered(value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(value, axis=None, kind="stable")
    return order, value.ravel()[order]


def places(wanted: np.ndarray, order: np.ndarray, sorted_values: np.ndarray) -> np.ndarray | None:
    """Where each of some different values stands, if all do."""
    if wanted.size < 4 and not (sorted_values == wanted[0]).any():
        return None
    found = np.searchsorted(sorted_values, wanted).clip(max=sorted_values.size - 1)
    if not np.array_equal(sorted_values[found], wanted) or len(np.unique(found)) < wanted.size:
        return None
    return order[found]
