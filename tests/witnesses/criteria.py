"""Makes tests/fixtures/criteria.json: losses and their gradients by PyTorch and torchvision in float64.

Run: python tests/witnesses/criteria.py
Inputs are multiples of powers of two, so that float32 holds them exactly; results are written to 9 digits, as many as float32 needs.
"""

import itertools
import json
import math
import pathlib

import sklearn.metrics
import torch
import torch.nn.functional as F
import torchvision
from torchvision.ops import sigmoid_focal_loss

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


def positions(scores):
    """[N, C, d1, ...] as rows of classes, every position one."""
    return scores.movedim(1, -1).reshape(-1, scores.shape[1])


def reduce(terms, weights, reduction):
    """Of losses that PyTorch does not have: sums, divided by the weights."""
    return {"none": terms, "sum": terms.sum(), "mean": terms.sum() / weights.sum()}[reduction]


def focal():
    """The formula of Lin et al. (2017) on PyTorch's log_softmax; gamma 0 is checked against its cross_entropy."""
    for shape, weights, gamma in itertools.product([(), (2, 2)], [None, [0.5, 2.0, 0.0, 1.25]], [0, 0.5, 1, 2, 3.5]):
        scores = exact(N, C, *shape)
        w = torch.ones(C, dtype=torch.float64) if weights is None else torch.tensor(weights, dtype=torch.float64)
        indices = torch.randint(0, C, (N, *shape))
        for ignore in (-100, 7):
            labels = indices.clone()
            if ignore == 7:
                labels.reshape(-1)[::3] = ignore

            def loss(x, r):
                kept = labels != ignore
                y = torch.where(kept, labels, 0)
                log = F.log_softmax(x, 1).gather(1, y.unsqueeze(1)).squeeze(1)
                weight = torch.where(kept, w[y], 0.0)
                value = reduce(torch.where(kept, -(1 - log.exp()) ** gamma * log * w[y], 0.0), weight, r)
                if gamma == 0:
                    torch.testing.assert_close(value, F.cross_entropy(x, labels, w, ignore_index=ignore, reduction=r))
                return value

            options = {"classWeights": weights, "gamma": gamma, "ignoreIndex": ignore}
            yield case(f"{[N, C, *shape]} weights {weights} gamma {gamma} ignore {ignore}", options, scores, labels, loss)
    scores, labels = torch.tensor([[12, 0], [0, 12], [0, 0.5]], dtype=torch.float64), torch.tensor([0, 0, 1])

    def plain(x, r):
        log = F.log_softmax(x, 1).gather(1, labels.unsqueeze(1)).squeeze(1)
        return reduce(-((1 - log.exp()) ** 2) * log, torch.ones(3), r)

    yield case("without options", {}, scores, labels, plain)


def binary_focal():
    for shape, gamma, alpha in itertools.product([(), (3,), (3, 2)], [0, 0.5, 1, 2, 3.5], [0.25, -1, 0.75]):
        scores = exact(N, *shape)
        labels = (torch.rand(N, *shape).round() if len(shape) < 2 else torch.rand(N, *shape)).double()
        yield case(
            f"{[N, *shape]} gamma {gamma} alpha {alpha}",
            {"gamma": gamma, "alpha": alpha},
            scores,
            labels,
            lambda x, r: rows(sigmoid_focal_loss(x, labels, alpha=alpha, gamma=gamma, reduction=r), r),
        )
    scores = torch.tensor([0, 0, 20, -20, 100, -100, 12, -12], dtype=torch.float64)
    labels = torch.tensor([0, 1, 0, 1, 0, 1, 1, 0], dtype=torch.float64)
    yield case("extremes", {}, scores, labels, lambda x, r: sigmoid_focal_loss(x, labels, reduction=r))


def hinge():
    for shape, weights, power, margin in itertools.product([(), (2, 2)], [None, [0.5, 2.0, 0.0, 1.25]], [1, 2], [1, 0.3]):
        scores = exact(N, C, *shape)
        w = None if weights is None else torch.tensor(weights, dtype=torch.float64)
        indices = torch.randint(0, C, (N, *shape))
        for ignore in (-100, 7):
            labels = indices.clone()
            if ignore == 7:
                labels.reshape(-1)[::3] = ignore

            def loss(x, r):
                kept = labels.reshape(-1) != ignore
                value = F.multi_margin_loss(
                    positions(x)[kept], labels.reshape(-1)[kept], p=power, margin=margin, weight=w, reduction=r
                )
                return torch.zeros(len(kept), dtype=x.dtype).masked_scatter(kept, value) if r == "none" else value

            options = {"classWeights": weights, "power": power, "margin": margin, "ignoreIndex": ignore}
            yield case(f"{[N, C, *shape]} {options}", options, scores, labels, loss)
    scores, labels = exact(N, C), torch.randint(0, C, (N,))
    yield case("without options", {}, scores, labels, lambda x, r: F.multi_margin_loss(x, labels, reduction=r))
    kinks = torch.tensor([[1, 0, 0], [5, 5, 4], [0, 1e4, -1e4]], dtype=torch.float64)
    first = torch.tensor([0, 0, 2])
    yield case("kinks", {"power": 2}, kinks, first, lambda x, r: F.multi_margin_loss(x, first, p=2, reduction=r))


def binary_hinge():
    for shape, power, margin in itertools.product([(), (1,), (3,), (3, 2)], [1, 2], [1, 0.3]):
        scores = exact(N, *shape)
        labels = torch.rand(N, *shape).round().double()
        sign = 2 * labels - 1
        # HingeEmbeddingLoss of -1 is max(0, margin - x).
        loss = lambda x, r: rows(
            {"none": lambda v: v, "sum": torch.sum, "mean": torch.mean}[r](
                F.hinge_embedding_loss(sign * x, -torch.ones_like(x), margin=margin, reduction="none") ** power
            ),
            r,
        )
        if power == 1 and margin == 1:
            wanted = sklearn.metrics.hinge_loss(sign.reshape(-1), scores.reshape(-1), labels=[-1, 1])
            assert abs(loss(scores, "mean").item() - wanted) < 1e-12
        options = {} if shape == () and power == 1 and margin == 1 else {"power": power, "margin": margin}
        yield case(f"{[N, *shape]} {options}", options, scores, labels, loss)


def kl_divergence():
    for shape, log in itertools.product([(), (3,), (2, 2)], [False, True]):
        scores = exact(N, C, *shape)
        q = exact(N, C, *shape).softmax(1).float().double()
        if not log:
            q[0, 1], q[1] = 0, 0
            q[1, 2] = 1
        labels = q.log().float().double() if log else q
        count = scores.numel() / C

        def loss(x, r):
            value = F.kl_div(F.log_softmax(x, 1), labels, reduction="none", log_target=log).sum(1)
            if r == "mean" and shape == ():
                return F.kl_div(F.log_softmax(x, 1), labels, reduction="batchmean", log_target=log)
            return {"none": value, "sum": value.sum(), "mean": value.sum() / count}[r]

        options = {"targets": "logProbabilities"} if log else {}
        yield case(f"{[N, C, *shape]} {options}", options, scores, labels, loss)


fixture = {
    "madeBy": f"tests/witnesses/criteria.py with torch {torch.__version__} and torchvision {torchvision.__version__}",
    "crossEntropy": [*cross_entropy(), *cross_entropy_extremes()],
    "binaryCrossEntropy": [*binary_cross_entropy()],
    "meanSquaredError": [*mean_squared_error()],
    "focal": [*focal()],
    "binaryFocal": [*binary_focal()],
    "hinge": [*hinge()],
    "binaryHinge": [*binary_hinge()],
    "klDivergence": [*kl_divergence()],
}
path = pathlib.Path(__file__).parent.parent / "fixtures" / "criteria.json"
path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
print(path, path.stat().st_size, {k: len(v) for k, v in fixture.items() if k != "madeBy"})
