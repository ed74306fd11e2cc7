"""Writes tests/fixtures/curves.json: ROC and precision-recall curves by scikit-learn, all points."""

import json
import pathlib

import numpy
import sklearn
import sklearn.metrics as sk


def case(name, seed, rows, *, decimals=None, weights=False, share=0.4):
    rng = numpy.random.default_rng(seed)
    labels = (rng.random(rows) < share).astype(int)
    scores = rng.random(rows) * 0.7 + 0.3 * labels * rng.random(rows)
    if decimals is not None:
        scores = numpy.round(scores, decimals)
    weight = (rng.integers(1, 6, rows) / 4) if weights else None
    false_rate, true_rate, thresholds = sk.roc_curve(labels, scores, sample_weight=weight, drop_intermediate=False)
    precision, recall, cuts = sk.precision_recall_curve(labels, scores, sample_weight=weight)
    return {
        "name": name,
        "labels": labels.tolist(),
        "scores": scores.tolist(),
        **({} if weight is None else {"weights": weight.tolist()}),
        # The first threshold is infinite, the last point of the other curve has none.
        "roc": numpy.stack([false_rate[1:], true_rate[1:], thresholds[1:]], axis=1).tolist(),
        "precisionRecall": numpy.stack([precision[:-1], recall[:-1], cuts], axis=1).tolist(),
        "rocAuc": float(sk.roc_auc_score(labels, scores, sample_weight=weight)),
        "averagePrecision": float(sk.average_precision_score(labels, scores, sample_weight=weight)),
    }


cases = [
    case("distinct scores", 1, 60),
    case("ties", 2, 80, decimals=1),
    case("weights", 3, 60, weights=True),
    case("ties and weights", 4, 80, decimals=1, weights=True),
    case("all scores equal", 5, 20, decimals=-1),
    case("few positives", 6, 80, decimals=2, share=0.05),
]
fixture = {"versions": {m.__name__: m.__version__ for m in (numpy, sklearn)}, "cases": cases}
path = pathlib.Path(__file__).parents[1] / "fixtures" / "curves.json"
path.write_text(json.dumps(fixture) + "\n")
