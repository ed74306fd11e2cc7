"""Finds each tensor of an exported file among the tensors of the PyTorch model, by its values."""

from dataclasses import dataclass
from itertools import permutations

import numpy as np


@dataclass
class Match:
    """Element i of the exported tensor is `scale` times element `index[i]` of the source (all of it in order: None)."""

    source: str
    index: np.ndarray | None
    scale: float | np.ndarray
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


def find(value: np.ndarray, sources: dict[str, np.ndarray]) -> Match | None:
    """The source of an exported tensor: equal, transposed, scaled, approximately equal, or a part of it."""
    alike = {name: source for name, source in sources.items() if source.size == value.size}
    total = np.abs(value).sum(dtype=np.float64)
    for name, source in alike.items():
        if np.isclose(np.abs(source).sum(dtype=np.float64), total, rtol=1e-9) and (found := permuted(name, value, source)):
            return found
    for name, source in alike.items():
        for scale in (0.5, 0.25, 2**-1.5, 2**-2.5, 2**-1.25, 2**-1.75, 2**-0.75, 2**-0.5):
            if found := permuted(name, value, source.astype(np.float64) * scale, close=True):
                return Match(found.source, found.index, scale, True)
    for name, source in alike.items():
        if source.shape == value.shape and np.linalg.norm(source - value) <= 1e-5 * np.linalg.norm(source):
            return Match(name, None, 1.0, True)
    return part(value, sources)


def permuted(name: str, value: np.ndarray, source: np.ndarray, close: bool = False) -> Match | None:
    flat = value.ravel()

    def same(other: np.ndarray) -> bool:
        if not close:
            return np.array_equal(other, flat)
        return np.allclose(other[:16], flat[:16], rtol=1e-5, atol=0) and np.allclose(other, flat, rtol=1e-5, atol=1e-12)

    if same(source.ravel()):
        return Match(name, None, 1.0, True)
    for axes in permutations(range(source.ndim)) if 1 < source.ndim <= 5 else ():
        if same(source.transpose(axes).ravel()):
            order = np.arange(source.size).reshape(source.shape).transpose(axes).ravel()
            return Match(name, order, 1.0, True)
    return None


def part(value: np.ndarray, sources: dict[str, np.ndarray]) -> Match | None:
    """A source that every element of the exported tensor is in: slices, and rows that were picked by index."""
    flat = value.ravel()
    for name, source in sources.items():
        order = np.argsort(source, axis=None, kind="stable")
        ordered = source.ravel()[order]
        first = np.searchsorted(ordered, flat[:4]).clip(max=source.size - 1)
        if not np.array_equal(ordered[first], flat[:4]):
            continue
        places = np.searchsorted(ordered, flat).clip(max=source.size - 1)
        if np.array_equal(ordered[places], flat):
            index = order[places]
            return Match(name, index, 1.0, len(np.unique(index)) == source.size == flat.size)
    return None
