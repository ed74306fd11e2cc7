"""Compares many arrays with PyTorch's."""

from collections.abc import Callable

import numpy as np

TOLERANCE = 1e-4
#: A gradient whose norm is a smaller part of that of all is compared absolutely.
VANISHING = 1e-6


class Comparison:
    """Norm-wise errors against float64, each beside that of PyTorch's own float32."""

    def __init__(self, total: float, tolerance: float = TOLERANCE):
        self.total = total
        self.tolerance = tolerance
        self.worst = 0.0
        self.margin = 0.0
        self.compared = 0
        self.vanishing = 0
        self.failures: list[str] = []
        #: What is beyond the limit: its error, PyTorch's float64, and how the same is read from another run.
        self.excess: dict[str, tuple[float, np.ndarray, Callable | None]] = {}

    def add(
        self, name: str, got: np.ndarray, single: np.ndarray, double: np.ndarray, again: Callable | None = None
    ) -> None:
        got, single, double = (np.asarray(a, np.float64).ravel() for a in (got, single, double))
        norm = np.linalg.norm(double)
        error = np.linalg.norm(got - double)
        self.compared += 1
        if norm <= VANISHING * self.total:
            self.vanishing += 1
            self.vanishes(name, got - double)
            return
        own = np.linalg.norm(single - double) / norm
        limit = max(self.tolerance, 3 * own)
        relative = error / norm
        if not relative / limit <= self.margin:
            self.worst, self.margin = relative, relative / limit
        if not relative <= limit:
            self.failures.append(f"{name}: {relative:.1e}, PyTorch's own float32 {own:.1e}")
            self.excess[name] = (relative, double, again)

    def beside(self, runs: dict) -> dict:
        """What is beyond the limit, beside the errors of other runs in float32: how much of it is within 3 times the largest."""
        errors = {kernel: 0.0 for kernel in runs}
        onward, within = 0.0, 0
        for relative, double, again in self.excess.values():
            found = {k: float(np.linalg.norm(np.ravel(again(run)) - double) / np.linalg.norm(double)) for k, run in runs.items()} if again else {}
            errors = {k: max(errors[k], found.get(k, 0.0)) for k in errors}
            onward = max(onward, float(relative))
            within += int(relative <= 3 * max(found.values(), default=0.0))
        return {"tensors": len(self.excess), "within": within, "onward": onward, **errors}

    def vanishes(self, name: str, value: np.ndarray) -> None:
        """Checks what must be zero."""
        error = np.linalg.norm(np.asarray(value, np.float64))
        if not error <= VANISHING * self.total:
            self.failures.append(f"{name}: {error:.1e} where nothing is expected, of {self.total:.1e}")

    def report(self) -> dict:
        return {
            "worst": self.worst,
            "ofLimit": self.margin,
            "compared": self.compared,
            "vanishing": self.vanishing,
            "failures": self.failures,
        }


def norm_of(arrays) -> float:
    return float(np.sqrt(sum(np.sum(np.asarray(a, np.float64) ** 2) for a in arrays)))
