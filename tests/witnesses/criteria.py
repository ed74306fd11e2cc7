"""Makes tests/fixtures/criteria.json: losses and their gradients by PyTorch in float64.

Run: python tests/witnesses/criteria.py
Inputs are multiples of powers of two, so that float32 holds them exactly; results are written to 9 digits, as many as float32 needs.
"""

import itertools
import json
import math
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(20)
N, C = 4, 4


def exact(*shape):
    """Random numbers that float32 holds exactly."""
    return (torch.randn(*shape, dtype=torch.float64) * 2 * 64).round() / 64


def numbers(tensor):
    """Nested as flat: numbers to 12 digits, the others by name."""
    return [
        float(f"{x:.9g}") if math.isfinite(x) else {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(x)]
        for x in tensor.detach().reshape(-1).tolist()
    ]


def results(loss, scores):
    """loss(reduction) -> the tensor. `rows` sums what `none` gives over all that is not a sample of its own."""
    out = {}
    for reduction in ("none", "sum", "mean"):
        x = scores.clone().requires_grad_()
        value = loss(x, reduction)
        out[reduction] = numbers(value)
        if reduction != "none":
            value.backward()
            out[reduction + "Gradient"] = numbers(x.grad)
    return out


def case(name, options, scores, labels, loss, **more):
    return {
        "name": name,
        "options": options,
        "shape": list(scores.shape),
        "scores": numbers(scores),
        "labelShape": list(labels.shape),
        "labels": numbers(labels.double()),
        **results(loss, scores),
        **more,
    }


def cross_entropy():
    class_weights = [0.5, 2.0, 0.0, 1.25]
    for shape, weights, smoothing in itertools.product([(), (3,), (2, 2)], [None, class_weights], [0.0, 0.1, 1.0]):
        scores = exact(N, C, *shape)
        w = None if weights is None else torch.tensor(weights, dtype=torch.float64)
        common = {"classWeights": weights, "labelSmoothing": smoothing}
        indices = torch.randint(0, C, (N, *shape))
        for ignore in (-100, 1, 7):
            labels = indices.clone()
            labels.reshape(-1)[:: 3] = ignore
            yield case(
                f"indices {[N, C, *shape]} weights {weights} smoothing {smoothing} ignore {ignore}",
                {**common, "targets": "indices", "ignoreIndex": ignore},
                scores,
                labels,
                lambda x, r: F.cross_entropy(x, labels, w, ignore_index=ignore, reduction=r, label_smoothing=smoothing),
            )
        probabilities = exact(N, C, *shape).softmax(1).float().double()
        yield case(
            f"probabilities {[N, C, *shape]} weights {weights} smoothing {smoothing}",
            {**common, "targets": "probabilities"},
            scores,
            probabilities,
            lambda x, r: F.cross_entropy(x, probabilities, w, reduction=r, label_smoothing=smoothing),
        )


def cross_entropy_extremes():
    inf = math.inf
    rows = [[50, 0], [0, 50], [1e4, 0], [-1e4, 0], [-inf, 0], [-inf, 0], [3, 3], [1e30, -1e30], [100.5, 100]]
    scores = torch.tensor(rows, dtype=torch.float64)
    labels = torch.tensor([1, 1, 1, 0, 1, 0, 0, 1, 0])
    yield case("indices extremes", {}, scores, labels, lambda x, r: F.cross_entropy(x, labels, reduction=r))
    nothing = torch.full((3,), -100)
    yield case("indices all ignored", {}, exact(3, 2), nothing, lambda x, r: F.cross_entropy(x, nothing, reduction=r))
    zero = torch.tensor([0.0, 1.0], dtype=torch.float64)
    first = torch.tensor([0, 0])
    yield case(
        "indices all of weight 0",
        {"classWeights": [0, 1]},
        exact(2, 2),
        first,
        lambda x, r: F.cross_entropy(x, first, zero, reduction=r),
    )


def rows(value, reduction):
    """PyTorch's elements summed over each row: what the reduction `none` means for elementwise losses."""
    return value.reshape(value.shape[0], -1).sum(1) if reduction == "none" else value


def binary_cross_entropy():
    for shape, positive, weighted in itertools.product([(), (1,), (3,), (3, 2)], [False, True], [False, True]):
        scores = exact(N, *shape)
        labels = torch.rand(N, *shape).round() if len(shape) < 2 else torch.rand(N, *shape)
        labels = labels.double()
        columns = shape[0] if shape else 1
        p = [3.0, 0.5, 1.25][:columns] if positive else None
        w = [2.0, 0.0, 0.75][:columns] if weighted else None
        axis1 = lambda v: None if v is None else torch.tensor(v, dtype=torch.float64).reshape(-1, *[1] * (len(shape) - 1))
        yield case(
            f"{[N, *shape]} positiveWeights {p} weights {w}",
            {"positiveWeights": p, "weights": w},
            scores,
            labels,
            lambda x, r: rows(
                F.binary_cross_entropy_with_logits(x, labels, axis1(w), reduction=r, pos_weight=axis1(p)), r
            ),
        )
    scores = torch.tensor([0, 0, 100, -100, 1000, -1000, 20, -20, 20, -20], dtype=torch.float64)
    labels = torch.tensor([0, 1, 0, 1, 0, 1, 1, 0, 0, 1], dtype=torch.float64)
    yield case(
        "extremes",
        {},
        scores,
        labels,
        lambda x, r: F.binary_cross_entropy_with_logits(x, labels, reduction=r),
    )


def mean_squared_error():
    for shape in [(), (1,), (3,), (2, 2)]:
        scores, labels = exact(N, *shape), exact(N, *shape)
        yield case(f"{[N, *shape]}", {}, scores, labels, lambda x, r: rows(F.mse_loss(x, labels, reduction=r), r))


fixture = {
    "madeBy": f"tests/witnesses/criteria.py with torch {torch.__version__}",
    "crossEntropy": [*cross_entropy(), *cross_entropy_extremes()],
    "binaryCrossEntropy": [*binary_cross_entropy()],
    "meanSquaredError": [*mean_squared_error()],
}
path = pathlib.Path(__file__).parent.parent / "fixtures" / "criteria.json"
path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
print(path, path.stat().st_size, {k: len(v) for k, v in fixture.items() if k != "madeBy"})
