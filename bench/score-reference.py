"""What `onward score` is measured against: reads Parquet with pyarrow, computes log-loss, accuracy and AUC with scikit-learn.

Usage: python bench/score-reference.py FILE CLASSES
"""

import json
import sys
import time

import numpy
import pyarrow.parquet
import scipy.special
import sklearn.metrics

path, classes = sys.argv[1], int(sys.argv[2])
started = time.perf_counter()
marks = {}


def mark(name):
    marks[name] = round(time.perf_counter() - started - sum(marks.values()), 3)


table = pyarrow.parquet.read_table(path)
labels = table["label"].to_numpy()
logits = numpy.stack([table[f"s{k}"].to_numpy() for k in range(classes)], axis=1).astype(numpy.float64)
del table
mark("read")
probabilities = scipy.special.softmax(logits, axis=1)
mark("softmax")
loss = sklearn.metrics.log_loss(labels, probabilities, labels=range(classes))
mark("log_loss")
accuracy = sklearn.metrics.accuracy_score(labels, logits.argmax(axis=1))
mark("accuracy")
if classes == 2:
    area = sklearn.metrics.roc_auc_score(labels, probabilities[:, 1])
else:
    area = sklearn.metrics.roc_auc_score(labels, probabilities, multi_class="ovr")
mark("roc_auc")
print(json.dumps({"loss": loss, "accuracy": accuracy, "rocAuc": area, "seconds": time.perf_counter() - started, "parts": marks}))
