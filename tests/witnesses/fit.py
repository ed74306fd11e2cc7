"""Writes tests/fixtures/fit.json: temperatures by SciPy and by PyTorch's LBFGS, thresholds by trying all of them."""

import json
import pathlib

import numpy
import scipy
import sklearn
import sklearn.metrics as sk
import torch


def rows(seed, count, classes, scale, *, weights=False, shift=1.0, factor=1.0):
    rng = numpy.random.default_rng(seed)
    labels = rng.integers(0, classes, count)
    logits = rng.normal(size=(count, classes))
    logits[numpy.arange(count), labels] += shift
    logits = numpy.round(logits * scale, 3) * factor
    weight = rng.integers(0, 5, count) / 4 if weights else numpy.ones(count)
    return labels, logits, weight


def loss(inverse, labels, logits, weight):
    losses = -scipy.special.log_softmax(logits * inverse, axis=1)[numpy.arange(len(labels)), labels]
    return float(numpy.average(losses, weights=weight))


def slope(inverse, labels, logits, weight):
    p = scipy.special.softmax(logits * inverse, axis=1)
    return float((weight * ((p * logits).sum(axis=1) - logits[numpy.arange(len(labels)), labels])).sum())


def lbfgs(labels, logits, weight):
    x, y, w = (torch.tensor(v) for v in (logits, labels, weight))
    temperature = torch.ones(1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [temperature], lr=0.1, max_iter=2000, tolerance_grad=1e-14, tolerance_change=0, line_search_fn="strong_wolfe"
    )

    def closure():
        optimizer.zero_grad()
        value = (torch.nn.functional.cross_entropy(x / temperature, y, reduction="none") * w).sum() / w.sum()
        value.backward()
        return value

    optimizer.step(closure)
    return temperature.item()


def temperature_case(name, *args, **kwargs):
    labels, logits, weight = rows(*args, **kwargs)
    given = (labels, logits, weight)
    root = scipy.optimize.brentq(slope, 1e-9, 1e9, args=given, xtol=1e-300, rtol=1e-14, maxiter=1000)
    return {
        "name": name,
        "labels": labels.tolist(),
        "logits": logits.ravel().tolist(),
        **({"weights": weight.tolist()} if kwargs.get("weights") else {}),
        "temperature": 1 / root,
        "lbfgs": lbfgs(*given) if 1e-3 < root < 1e3 else None,
        "before": loss(1, *given),
        "after": loss(root, *given),
    }


def threshold_case(name, seed, *, ties=False, weights=False):
    rng = numpy.random.default_rng(seed)
    labels = (rng.random(200) < 0.3).astype(int)
    scores = scipy.special.expit(rng.normal(size=200) + 1.5 * labels - 1)
    if ties:
        scores = numpy.round(scores, 1)
    weight = rng.integers(0, 5, 200) / 4 if weights else numpy.ones(200)
    reads = {
        "accuracy": lambda p: sk.accuracy_score(labels, p, sample_weight=weight),
        "balancedAccuracy": lambda p: sk.balanced_accuracy_score(labels, p, sample_weight=weight),
        "f1": lambda p: sk.f1_score(labels, p, sample_weight=weight),
        "jaccard": lambda p: sk.jaccard_score(labels, p, sample_weight=weight),
        "kappa": lambda p: sk.cohen_kappa_score(labels, p, sample_weight=weight),
        "mcc": lambda p: sk.matthews_corrcoef(labels, p, sample_weight=weight),
    }
    best = {}
    for metric, read in reads.items():
        # Every distinct score, the negatives' too: the best is known to be at a positive's.
        values = [read((scores >= t).astype(int)) for t in sorted(set(scores.tolist()), reverse=True)]
        best[metric] = float(max(values))
    return {
        "name": name,
        "labels": labels.tolist(),
        "scores": scores.tolist(),
        **({"weights": weight.tolist()} if weights else {}),
        "best": best,
    }


fixture = {
    "versions": {m.__name__: m.__version__ for m in (numpy, scipy, sklearn, torch)},
    "temperatures": [
        temperature_case("too sure", 1, 200, 5, 4),
        temperature_case("too shy", 2, 200, 3, 0.2),
        temperature_case("weighted", 3, 200, 4, 2, weights=True),
        temperature_case("two classes", 4, 100, 2, 3),
        temperature_case("nearly perfect", 5, 150, 6, 1, shift=3.0),
        temperature_case("nearly chance", 6, 150, 6, 1, shift=0.1),
        temperature_case("of millions", 7, 100, 3, 1e6),
        temperature_case("of millionths", 8, 100, 3, 1, factor=2.0**-20),
    ],
    "thresholds": [
        threshold_case("distinct scores", 1),
        threshold_case("ties", 2, ties=True),
        threshold_case("ties and weights", 3, ties=True, weights=True),
        threshold_case("weights", 4, weights=True),
    ],
}
path = pathlib.Path(__file__).parents[1] / "fixtures" / "fit.json"
path.write_text(json.dumps(fixture) + "\n")
