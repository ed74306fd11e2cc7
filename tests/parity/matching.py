"""Finds each tensor of an exported file among the tensors of the PyTorch model, by its values."""

from dataclasses import dataclass
from itertools import permutations

import numpy as np


@dataclass
class Match:
    """Element i of the exported tensor is `scale` times element `index[i]` of the source (all of it in order: None)."""

    source: str
    index: np.ndarray | None
    scale: float
    #: Whether each element of the source stands in the exported tensor once.
    whole: bool

    def pulled(self, values: np.ndarray) -> np.ndarray:
        """What the exported tensor has where the source has `values`."""
        flat = values.ravel() if self.index is None else values.ravel()[self.index]
        return flat * self.scale

    def gradient(self, values: np.ndarray, size: int) -> np.ndarray:
        """The gradient of the source, from that of the exported tensor: by the chain rule."""
        scaled = values.ravel().astype(np.float64) * self.scale
        if self.index is None:
            return scaled
        return np.bincount(self.index, weights=scaled, minlength=size)

    def seen(self, size: int) -> np.ndarray | None:
        """The elements of the source that are in the exported tensor; None is all."""
        if self.whole or self.index is None:
            return None
        mask = np.zeros(size, dtype=bool)
        mask[self.index] = True
        return mask


class Finder:
    """The sources, indexed by value."""

    def __init__(self, sources: dict[str, np.ndarray]):
        self.sources = sources
        self.sums = {name: np.abs(source).sum(dtype=np.float64) for name, source in sources.items()}
        self.sorted: dict[str, tuple[np.ndarray, np.ndarray]] = {}

    def find(self, name: str, value: np.ndarray) -> Match | None:
        """The source of an exported tensor: equal, transposed, scaled, approximately equal, or one that it is a part of."""
        direct = self.sources.get(name)
        if direct is not None and direct.shape == value.shape and np.array_equal(direct, value):
            return Match(name, None, 1.0, True)
        total = np.abs(value).sum(dtype=np.float64)
        alike = {name: source for name, source in self.sources.items() if source.size == value.size}
        for scale in (1.0, 0.5, 0.25, 2**-1.5, 2**-2.5, 2**-1.25, 2**-1.75, 2**-0.75, 2**-0.5):
            for name, source in alike.items():
                if np.isclose(self.sums[name] * scale, total, rtol=1e-5, atol=0):
                    if found := permuted(name, value, source, scale):
                        return found
        for name, source in alike.items():
            if source.shape == value.shape and np.linalg.norm(source - value) <= 1e-5 * np.linalg.norm(source):
                return Match(name, None, 1.0, True)
        return self.part(value)

    def part(self, value: np.ndarray) -> Match | None:
        """A source that every element of the exported tensor is in: slices, and rows that were picked by index."""
        flat = value.ravel()
        for name, source in self.sources.items():
            if not (source == flat[0]).any():
                continue
            if name not in self.sorted:
                order = np.argsort(source, axis=None, kind="stable")
                self.sorted[name] = (order, source.ravel()[order])
            order, ordered = self.sorted[name]
            places = np.searchsorted(ordered, flat).clip(max=source.size - 1)
            if np.array_equal(ordered[places], flat):
                index = order[places]
                return Match(name, index, 1.0, len(np.unique(index)) == source.size == flat.size)
        return None


def permuted(name: str, value: np.ndarray, source: np.ndarray, scale: float) -> Match | None:
    flat = value.ravel()

    def same(other: np.ndarray) -> bool:
        if scale == 1.0:
            return np.array_equal(other, flat)
        scaled = other.astype(np.float64) * scale
        return np.allclose(scaled, flat, rtol=1e-5, atol=1e-12)

    if same(source.ravel()):
        return Match(name, None, scale, True)
    for axes in permutations(range(source.ndim)) if 1 < source.ndim <= 5 else ():
        if same(source.transpose(axes).ravel()):
            order = np.arange(source.size).reshape(source.shape).transpose(axes).ravel()
            return Match(name, order, scale, True)
    return None
