"""Writes tests/fixtures/metrics.json: seeded predictions and what scikit-learn and torchmetrics read from them."""

import json
import pathlib
import warnings

import numpy
import scipy
import sklearn
import sklearn.metrics as sk
import torch
import torchmetrics
import torchmetrics.functional.classification as tm

warnings.filterwarnings("ignore")


def case(name, seed, rows, classes, *, ties=False, absent=(), one_class=False, weights=False):
    rng = numpy.random.default_rng(seed)
    present = [k for k in range(classes) if k not in absent]
    labels = rng.choice(present[:1] if one_class else present, rows)
    logits = rng.normal(size=(rows, classes)) * 2
    logits[numpy.arange(rows), labels] += 1
    if ties:
        logits = numpy.round(logits)
    probabilities = scipy.special.softmax(logits, axis=1)
    weight = rng.integers(0, 5, rows) / 4 + 0.1 if weights else None
    predictions = probabilities.argmax(axis=1)
    supported = sorted(set(labels.tolist()))
    given = dict(labels=supported, zero_division=0, sample_weight=weight)
    averages = lambda read: {a: read(average=a) for a in ("micro", "macro", "weighted")}
    expected = {
        "confusion": sk.confusion_matrix(labels, predictions, labels=range(classes)).tolist(),
        "precision": averages(lambda average: sk.precision_score(labels, predictions, average=average, **given)),
        "recall": averages(lambda average: sk.recall_score(labels, predictions, average=average, **given)),
        "f1": averages(lambda average: sk.f1_score(labels, predictions, average=average, **given)),
        "f2": averages(lambda average: sk.fbeta_score(labels, predictions, beta=2, average=average, **given)),
        "jaccard": averages(lambda average: sk.jaccard_score(labels, predictions, average=average, **given)),
        "balancedAccuracy": sk.balanced_accuracy_score(labels, predictions, sample_weight=weight),
        "mcc": sk.matthews_corrcoef(labels, predictions, sample_weight=weight),
        "kappa": sk.cohen_kappa_score(labels, predictions, sample_weight=weight),
        "brier": float(
            numpy.average(((probabilities - numpy.eye(classes)[labels]) ** 2).sum(axis=1), weights=weight)
        ),
        "logLoss": float(numpy.average(-scipy.special.log_softmax(logits, axis=1)[numpy.arange(rows), labels], weights=weight)),
        "averagePrecision": [
            sk.average_precision_score(labels == k, probabilities[:, k], sample_weight=weight) for k in supported
        ],
    }
    if not weights and len(supported) == classes:
        tensors = (torch.tensor(predictions), torch.tensor(labels))
        specificity = tm.multiclass_specificity
        expected["specificity"] = {
            a: float(specificity(*[t for t in tensors], num_classes=classes, average=a).double())
            for a in ("micro", "macro", "weighted")
        }
    if not one_class:
        expected["perClass"] = [
            sk.roc_auc_score(labels == k, probabilities[:, k], sample_weight=weight) for k in supported
        ]
        if len(supported) < classes:
            expected["rocAuc"] = {"macroOvr": numpy.mean(expected["perClass"])}
        elif classes > 2:
            auc = lambda **how: sk.roc_auc_score(labels, probabilities, labels=supported, **how)
            expected["rocAuc"] = {
                "macroOvr": auc(multi_class="ovr", average="macro", sample_weight=weight),
                "weightedOvr": auc(multi_class="ovr", average="weighted", sample_weight=weight),
            }
            if not weights:
                expected["rocAuc"]["macroOvo"] = auc(multi_class="ovo", average="macro")
                expected["rocAuc"]["weightedOvo"] = auc(multi_class="ovo", average="weighted")
        if classes == 2:
            expected["rocAuc"] = {"binary": sk.roc_auc_score(labels, probabilities[:, 1], sample_weight=weight)}
    # Expected calibration error by its definition, in float64: torchmetrics computes in float32.
    confidence = probabilities.max(axis=1)
    edges = numpy.arange(16) / 15
    bins = numpy.clip(numpy.searchsorted(edges, confidence, side="left") - 1, 0, 14)
    w = numpy.ones(rows) if weight is None else weight
    gaps = [
        (w[bins == b].sum(), abs(numpy.average((predictions == labels)[bins == b] - confidence[bins == b], weights=w[bins == b])))
        for b in range(15)
        if w[bins == b].sum() > 0
    ]
    expected["ece"] = sum(g * d for g, d in gaps) / w.sum()
    expected["mce"] = max(d for _, d in gaps)
    if weight is None:
        own = tm.multiclass_calibration_error(torch.tensor(probabilities), torch.tensor(labels), classes, n_bins=15)
        expected["torchmetricsEce"] = float(own)
    # Classes in reverse: scikit-learn gives ties to the highest class, Onward to the lowest.
    expected["topK"] = {
        str(k): sk.top_k_accuracy_score(
            classes - 1 - labels, probabilities[:, ::-1], k=k, labels=range(classes), sample_weight=weight
        )
        for k in (1, 2, 5)
        if k <= classes and classes > 2
    }
    return {
        "name": name,
        "classes": classes,
        "labels": labels.tolist(),
        "logits": logits.ravel().tolist(),
        "probabilities": probabilities.ravel().tolist(),
        **({} if weight is None else {"weights": weight.tolist()}),
        "expected": expected,
    }


def delong(labels, scores):
    """DeLong's variance by its definition, all pairs: slow and plain."""
    x, y = scores[labels == 1], scores[labels == 0]
    psi = (x[:, None] > y[None, :]) + 0.5 * (x[:, None] == y[None, :])
    return psi.mean(), psi.mean(axis=1).var(ddof=1) / len(x) + psi.mean(axis=0).var(ddof=1) / len(y)


def delong_case():
    rng = numpy.random.default_rng(9)
    labels = rng.integers(0, 2, 200)
    scores = numpy.round(rng.normal(size=200) + labels, 1)
    area, variance = delong(labels, scores)
    reach = 1.959963984540054 * variance**0.5
    return {"labels": labels.tolist(), "scores": scores.tolist(), "area": area, "interval": [area - reach, area + reach]}


def multilabel_case():
    rng = numpy.random.default_rng(10)
    labels = rng.integers(0, 2, (100, 4))
    predictions = numpy.where(rng.random((100, 4)) < 0.7, labels, 1 - labels)
    expected = {
        a: {
            "precision": sk.precision_score(labels, predictions, average=a),
            "recall": sk.recall_score(labels, predictions, average=a),
            "f1": sk.f1_score(labels, predictions, average=a),
            "jaccard": sk.jaccard_score(labels, predictions, average=a),
        }
        for a in ("micro", "macro", "weighted")
    }
    subset = sk.accuracy_score(labels, predictions)
    return {"labels": labels.ravel().tolist(), "predictions": predictions.ravel().tolist(), "expected": expected, "subset": subset}


cases = [
    case("ten classes", 1, 100, 10),
    case("ten classes with ties", 2, 100, 10, ties=True),
    case("ten classes with weights", 3, 100, 10, weights=True),
    case("ties and weights", 4, 150, 4, ties=True, weights=True),
    case("absent classes", 5, 100, 6, absent=(1, 4)),
    case("absent classes, ties, weights", 6, 100, 6, absent=(0, 5), ties=True, weights=True),
    case("one class only", 7, 50, 3, one_class=True),
    case("two classes", 8, 100, 2),
    case("two classes with ties and weights", 11, 100, 2, ties=True, weights=True),
    case("forty classes", 12, 60, 40, ties=True),
]
versions = {m.__name__: m.__version__ for m in (sklearn, scipy, numpy, torch, torchmetrics)}
fixture = {"versions": versions, "cases": cases, "delong": delong_case(), "multilabel": multilabel_case()}
path = pathlib.Path(__file__).parents[1] / "fixtures" / "metrics.json"
path.write_text(json.dumps(fixture) + "\n")
