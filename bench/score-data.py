"""Writes seeded predictions as Parquet: labels and float32 logits.

Usage: python bench/score-data.py ROWS CLASSES FILE
"""

import sys

import numpy
import pyarrow
import pyarrow.parquet

rows, classes, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
rng = numpy.random.default_rng(0)
writer = None
for start in range(0, rows, 1_000_000):
    count = min(1_000_000, rows - start)
    labels = rng.integers(0, classes, count)
    logits = rng.normal(size=(count, classes))
    logits[numpy.arange(count), labels] += 1.5
    columns = {f"s{k}": logits[:, k].astype(numpy.float32) for k in range(classes)}
    table = pyarrow.table({"label": labels, **columns})
    writer = writer or pyarrow.parquet.ParquetWriter(path, table.schema)
    writer.write_table(table)
writer.close()
