"""Writes tests/fixtures/multilabel.json: multilabel predictions and what scikit-learn and SciPy read from them."""

import json
import pathlib
import warnings

import numpy
import scipy
import sklearn
import sklearn.metrics as sk

warnings.filterwarnings("ignore")
BINS = 10


def calibration(p, y, w):
    """Expected and maximum calibration error over bins (low, high] of the probability that the label is there."""
    bins = numpy.clip(numpy.searchsorted(numpy.arange(BINS + 1) / BINS, p, side="left") - 1, 0, BINS - 1)
    parts = [(w[bins == b].sum(), numpy.average((y - p)[bins == b], weights=w[bins == b])) for b in range(BINS) if w[bins == b].sum() > 0]
    return {"ece": sum(v * abs(d) for v, d in parts) / w.sum(), "mce": max(abs(d) for _, d in parts)}


def case(name, seed, rows, labels, *, ties=False, weights=False, absent=()):
    rng = numpy.random.default_rng(seed)
    y = (rng.random((rows, labels)) < numpy.linspace(0.1, 0.7, labels)).astype(int)
    y[:, list(absent)] = 0
    x = rng.normal(size=y.shape) * 1.5 + 1.2 * y - 0.6
    if ties:
        x = numpy.round(x)
    p = scipy.special.expit(x)
    w = rng.choice([0, 0.25, 1, 2.5], rows) if weights else None
    W = numpy.ones(rows) if w is None else w
    there = [k for k in range(labels) if y[W > 0, k].any()]
    said = (p > 0.5).astype(int)
    reads = {
        "precision": lambda a: sk.precision_score(y, said, average=a, labels=there, sample_weight=w, zero_division=0),
        "recall": lambda a: sk.recall_score(y, said, average=a, labels=there, sample_weight=w, zero_division=0),
        "f1": lambda a: sk.f1_score(y, said, average=a, labels=there, sample_weight=w, zero_division=0),
        "jaccard": lambda a: sk.jaccard_score(y, said, average=a, labels=there, sample_weight=w, zero_division=0),
        "rocAuc": lambda a: sk.roc_auc_score(y[:, there], p[:, there], average=a, sample_weight=w),
        "averagePrecision": lambda a: sk.average_precision_score(y[:, there], p[:, there], average=a, sample_weight=w),
    }
    loss = numpy.logaddexp(0, x) - x * y
    cells = numpy.repeat(W, labels)
    return {
        "name": name,
        "labels": y.ravel().tolist(),
        "count": labels,
        "logits": x.ravel().tolist(),
        "probabilities": p.ravel().tolist(),
        **({} if w is None else {"weights": w.tolist()}),
        "there": there,
        "averages": {read: {a: of(a) for a in ("micro", "macro", "weighted")} for read, of in reads.items()},
        "perLabel": {
            "rocAuc": reads["rocAuc"](None).tolist(),
            "averagePrecision": numpy.atleast_1d(reads["averagePrecision"](None)).tolist(),
        },
        "subset": sk.accuracy_score(y, said, sample_weight=w),
        "loss": {"mean": numpy.average(loss.mean(axis=1), weights=w), "perLabel": numpy.average(loss, axis=0, weights=w).tolist()},
        "brier": {
            "mean": numpy.average(((p - y) ** 2).mean(axis=1), weights=w),
            "perLabel": [
                sk.brier_score_loss(y[:, k], p[:, k], sample_weight=w, pos_label=1) for k in range(labels)
            ],
        },
        "calibration": calibration(p.ravel(), y.ravel(), cells),
        "perLabelCalibration": [calibration(p[:, k], y[:, k], W) for k in range(labels)],
    }


versions = {m.__name__: m.__version__ for m in (sklearn, scipy, numpy)}
cases = [
    case("four labels", 1, 80, 4),
    case("with ties", 2, 80, 4, ties=True),
    case("with weights", 3, 80, 5, weights=True),
    case("with ties, weights and an absent label", 4, 80, 5, ties=True, weights=True, absent=(2,)),
]
path = pathlib.Path(__file__).parents[1] / "fixtures" / "multilabel.json"
path.write_text(json.dumps({"versions": versions, "bins": BINS, "cases": cases}) + "\n")
