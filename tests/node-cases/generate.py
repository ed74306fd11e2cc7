"""Writes ONNX's own node test cases as folders: model.onnx, and the inputs and outputs of one data set.

The onnx wheel holds the code that makes the cases, not the cases. Debian's libonnx-testdata holds the same
folders, made by an older release.

Usage: python generate.py FOLDER
"""

import shutil
import sys
import warnings
from pathlib import Path

import numpy
import onnx
from onnx import numpy_helper
from onnx.backend.test.case.node import collect_testcases


def encoded(value, declared):
    """A case's value as the proto of its declared type."""
    kind = declared.type.WhichOneof("value")
    if kind == "sequence_type":
        return numpy_helper.from_list(value, declared.name)
    if kind == "optional_type":
        return numpy_helper.from_optional(value, declared.name)
    if isinstance(value, onnx.TensorProto):
        return value
    return numpy_helper.from_array(numpy.asarray(value), declared.name)


def write(case, folder):
    data = folder / "test_data_set_0"
    data.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(case.model.SerializeToString())
    inputs, outputs = case.data_sets[0]
    for side, values, declared in (("input", inputs, case.model.graph.input), ("output", outputs, case.model.graph.output)):
        for i, value in enumerate(values):
            (data / f"{side}_{i}.pb").write_bytes(encoded(value, declared[i]).SerializeToString())


def main():
    folder = Path(sys.argv[1])
    # Some cases overflow or divide by zero on purpose.
    warnings.simplefilter("ignore")
    cases = collect_testcases(None)
    for case in cases:
        shutil.rmtree(folder / case.name, ignore_errors=True)
        write(case, folder / case.name)
    (folder / "version.txt").write_text(f"onnx {onnx.__version__}\n")
    print(f"{len(cases)} cases of onnx {onnx.__version__} in {folder}")


main()
