"""Writes tests/fixtures/compared.json: two models on the same rows, compared by SciPy and by definitions written out plainly."""

import json
import pathlib

import numpy
import scipy
from scipy.special import log_softmax, softmax
from scipy.stats import binomtest, norm


def wilson(count, n):
    interval = binomtest(count, n).proportion_ci(method="wilson")
    return interval.low, interval.high


def newcombe(a, b, c, d):
    """Newcombe's method 10 (1998) for the table [[both, first only], [second only, neither]], first minus second."""
    n = a + b + c + d
    p1, p2 = (a + b) / n, (a + c) / n
    (l1, u1), (l2, u2) = wilson(a + b, n), wilson(a + c, n)
    product = (a + b) * (c + d) * (a + c) * (b + d)
    numerator = a * d - b * c
    if numerator > 0:
        numerator = max(numerator - n / 2, 0)
    phi = numerator / product**0.5 if product > 0 else 0
    low = ((p1 - l1) ** 2 - 2 * phi * (p1 - l1) * (u2 - p2) + (u2 - p2) ** 2) ** 0.5
    high = ((p2 - l2) ** 2 - 2 * phi * (p2 - l2) * (u1 - p1) + (u1 - p1) ** 2) ** 0.5
    return [p1 - p2 - low, p1 - p2 + high]


def delong(labels, first, second):
    """DeLong's paired test by all pairs: placements of both models, and their covariance matrices by NumPy."""

    def placements(scores):
        x, y = scores[labels == 1], scores[labels == 0]
        psi = (x[:, None] > y[None, :]) + 0.5 * (x[:, None] == y[None, :])
        return psi.mean(), psi.mean(axis=1), psi.mean(axis=0)

    (a, a10, a01), (b, b10, b01) = placements(first), placements(second)
    covariance = numpy.cov(a10, b10) / len(a10) + numpy.cov(a01, b01) / len(a01)
    error = (covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]) ** 0.5
    reach = norm.ppf(0.975) * error
    return {
        "first": a,
        "second": b,
        "difference": a - b,
        "interval": [a - b - reach, a - b + reach],
        "pValue": 2 * norm.sf(abs(a - b) / error),
    }


def case(name, seed, rows, classes, *, skill, ties=False, weights=False):
    rng = numpy.random.default_rng(seed)
    labels = rng.integers(0, classes, rows)
    one_hot = numpy.eye(classes)[labels]
    shared = rng.normal(size=(rows, classes))
    logits = [shared + rng.normal(size=(rows, classes)) + gain * one_hot for gain in skill]
    if ties:
        logits = [numpy.round(x) for x in logits]
    weight = rng.choice([0.25, 1, 2.5], rows) if weights else numpy.ones(rows)
    losses = [-log_softmax(x, axis=1)[numpy.arange(rows), labels] for x in logits]
    right = [x.argmax(axis=1) == labels for x in logits]
    table = [int((right[0] & right[1]).sum()), int((right[0] & ~right[1]).sum()), int((~right[0] & right[1]).sum())]
    table.append(rows - sum(table))
    difference = losses[0] - losses[1]
    mean = numpy.average(difference, weights=weight)
    error = (rows / (rows - 1) * (weight**2 * (difference - mean) ** 2).sum()) ** 0.5 / weight.sum()
    reach = norm.ppf(0.975) * error
    expected = {
        "difference": {
            "loss": mean,
            "lossStandardError": error,
            "lossInterval": [mean - reach, mean + reach],
            "accuracy": right[0].mean() - right[1].mean(),
            "accuracyInterval": newcombe(*table),
        },
        "mcnemar": {
            "firstOnly": table[1],
            "secondOnly": table[2],
            "pValue": binomtest(table[1], table[1] + table[2], 0.5).pvalue,
        },
        "perClass": [
            {
                "label": k,
                "support": int((labels == k).sum()),
                "firstOnly": int((right[0] & ~right[1])[labels == k].sum()),
                "secondOnly": int((~right[0] & right[1])[labels == k].sum()),
            }
            for k in range(classes)
        ],
    }
    if classes == 2 and not weights:
        expected["rocAuc"] = delong(labels, *(softmax(x, axis=1)[:, 1] for x in logits))
    order = rng.permutation(rows)
    return {
        "name": name,
        "key": list(range(rows)),
        "order": order.tolist(),
        "labels": labels.tolist(),
        "first": logits[0].tolist(),
        "second": logits[1].tolist(),
        **({"weights": weight.tolist()} if weights else {}),
        "expected": expected,
    }


pairs = [(1, 0), (5, 0), (3, 3), (12, 2), (40, 17), (1000, 1100), (100_000, 101_000), (3_000_000, 2_990_000), (700, 0)]
tables = [(36, 12, 2, 0), (10, 3, 8, 4), (50, 0, 0, 0), (0, 20, 0, 0), (7, 0, 9, 84)]
fixture = {
    "versions": {m.__name__: m.__version__ for m in (scipy, numpy)},
    "mcnemar": [{"firstOnly": b, "secondOnly": c, "pValue": binomtest(b, b + c, 0.5).pvalue} for b, c in pairs],
    "pairedProportions": [{"table": table, "interval": newcombe(*table)} for table in tables],
    "cases": [
        case("two classes", 1, 90, 2, skill=(1.5, 0.7)),
        case("two classes with ties", 2, 90, 2, skill=(1.5, 1.2), ties=True),
        case("two classes, far apart", 3, 90, 2, skill=(3, 0)),
        case("two classes with weights", 4, 90, 2, skill=(1, 2), weights=True),
        case("five classes with ties", 5, 90, 5, skill=(2, 1), ties=True),
    ],
}
path = pathlib.Path(__file__).parents[1] / "fixtures" / "compared.json"
path.write_text(json.dumps(fixture) + "\n")
