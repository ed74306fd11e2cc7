"""Writes ONNX's own node tests to a folder: models, their inputs, and a manifest that run.mjs reads.

python tests/node-data/export.py FOLDER
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx.backend.test.case.node import collect_testcases

PLAIN = {onnx.TensorProto.FLOAT, onnx.TensorProto.DOUBLE, onnx.TensorProto.INT32, onnx.TensorProto.INT64}
out = Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
manifest = []
for case in collect_testcases(None):
    inputs, reason = [], None
    for i, (value, info) in enumerate(zip(case.data_sets[0][0], case.model.graph.input)):
        if isinstance(value, onnx.TensorProto) and value.data_type in PLAIN:
            value = onnx.numpy_helper.to_array(value)
        value = np.asarray(value) if isinstance(value, np.generic) else value
        if not isinstance(value, np.ndarray) or info.type.WhichOneof("value") != "tensor_type":
            reason = "an input that is no tensor"
            break
        kind = onnx.TensorProto.DataType.Name(info.type.tensor_type.elem_type)
        file = out / f"{case.name}.{i}.bin"
        if value.dtype == object:
            reason = "an input of texts"
            break
        file.write_bytes(np.ascontiguousarray(value).tobytes())
        inputs.append({"name": info.name, "type": kind, "dims": list(value.shape), "file": file.name})
    (out / f"{case.name}.onnx").write_bytes(case.model.SerializeToString())
    ops = [node.op_type for node in case.model.graph.node]
    manifest.append({"name": case.name, "ops": ops, "inputs": inputs, "reason": reason})
(out / "manifest.json").write_text(json.dumps({"onnx": onnx.__version__, "cases": manifest}))
print(len(manifest), "cases")
