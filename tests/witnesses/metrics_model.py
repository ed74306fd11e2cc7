"""Writes tests/fixtures/metrics-linear.onnx: logits = x W + b, for a plain evaluation loop."""

import pathlib

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

rng = numpy.random.default_rng(1)
graph = helper.make_graph(
    [helper.make_node("Gemm", ["x", "w", "b"], ["logits"])],
    "linear",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 4])],
    [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 3])],
    [
        numpy_helper.from_array(rng.normal(size=(4, 3)).astype(numpy.float32), "w"),
        numpy_helper.from_array(numpy.zeros(3, numpy.float32), "b"),
    ],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
onnx.checker.check_model(model)
onnx.save(model, pathlib.Path(__file__).parents[1] / "fixtures" / "metrics-linear.onnx")
