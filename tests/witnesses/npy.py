"""Writes tests/fixtures/npy.json: NPY files by NumPy in base64, with their values."""

import base64
import io
import json
from pathlib import Path

import numpy

rows = []
for dtype in ["?", "i1", "<i2", ">i2", "<i4", ">i4", "<i8", ">i8", "u1", "<u2", "<u4", "<u8", "<f4", ">f4", "<f8", ">f8"]:
    values = numpy.array([[0, 1, 2], [3, 100, 127]]).astype(dtype)
    buffer = io.BytesIO()
    numpy.save(buffer, values)
    numbers = values.astype(float).flatten().tolist()
    rows.append(dict(dtype=dtype, dims=[2, 3], values=numbers, file=base64.b64encode(buffer.getvalue()).decode()))


def refused(values):
    buffer = io.BytesIO()
    numpy.save(buffer, values)
    return base64.b64encode(buffer.getvalue()).decode()


fixture = dict(
    versions=dict(numpy=numpy.__version__),
    rows=rows,
    fortran=refused(numpy.asfortranarray(numpy.ones((2, 3)))),
    complex=refused(numpy.ones(2, dtype=complex)),
    text=refused(numpy.array(["a", "b"])),
)
(Path(__file__).parent.parent / "fixtures" / "npy.json").write_text(json.dumps(fixture) + "\n")
