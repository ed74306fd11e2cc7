"""Makes what every peer trains: python bench/prepare.py FOLDER, where spec.json stands in the folder.

Writes the model as model.onnx (batch norms and dropout in training form), forward.onnx (as one exports to infer) and state.pt,
the data as one raw file for each input and for the labels, and the matrix products of a step as products.json, with
product.onnx to time them.
"""

import json
import sys
import warnings
from pathlib import Path

import numpy
import onnx
import torch
from onnx import TensorProto, helper

from models import build, read_batches, read_spec
from products import products_of

warnings.filterwarnings("ignore")


def write_data(folder, spec):
    generator = numpy.random.default_rng(0)
    samples = spec["batch"] * spec["batches"]
    for name, value in spec["inputs"].items():
        dims = (samples, *value["dims"])
        if value["type"] == "float32":
            data = generator.standard_normal(dims, numpy.float32)
        elif "always" in value:
            data = numpy.full(dims, value["always"], numpy.int64)
        else:
            data = generator.integers(0, value["below"], dims, numpy.int64)
        data.tofile(folder / f"{name}.bin")
    generator.integers(0, spec["classes"], samples, numpy.int64).tofile(folder / "labels.bin")


def write_model(path, spec, model, inputs):
    names = list(spec["inputs"])
    mode = torch.onnx.TrainingMode.TRAINING if model.training else torch.onnx.TrainingMode.EVAL
    torch.onnx.export(
        model,
        inputs,
        str(path),
        input_names=names,
        output_names=["scores"],
        dynamic_axes={name: {0: "N"} for name in [*names, "scores"]},
        training=mode,
        do_constant_folding=not model.training,
        opset_version=17,
        dynamo=False,
    )


def product_model():
    """Multiplies a and b `times` times, and gives one value: what a product costs without the copy of its result."""
    value = helper.make_tensor_value_info
    flag = TensorProto.BOOL
    body = helper.make_graph(
        [
            helper.make_node("MatMul", ["a", "b"], ["y"]),
            helper.make_node("Slice", ["y", "zero", "one", "axes"], ["next"]),
            helper.make_node("Identity", ["go"], ["go_on"]),
        ],
        "body",
        [value("i", TensorProto.INT64, []), value("go", flag, []), value("last", TensorProto.FLOAT, None)],
        [value("go_on", flag, []), value("next", TensorProto.FLOAT, None)],
    )
    constant = lambda name, values: helper.make_tensor(name, TensorProto.INT64, [3], values)
    graph = helper.make_graph(
        [helper.make_node("Loop", ["times", "", "first"], ["result"], body=body)],
        "product",
        [
            value("times", TensorProto.INT64, []),
            value("a", TensorProto.FLOAT, ["b", "m", "k"]),
            value("b", TensorProto.FLOAT, ["b", "k", "n"]),
        ],
        [value("result", TensorProto.FLOAT, None)],
        [
            constant("zero", [0, 0, 0]),
            constant("one", [1, 1, 1]),
            constant("axes", [0, 1, 2]),
            helper.make_tensor("first", TensorProto.FLOAT, [1, 1, 1], [0.0]),
        ],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def main(folder):
    spec = read_spec(folder)
    write_data(folder, spec)
    inputs = read_batches(folder, spec)[0][0]
    (folder / "products.json").write_text(json.dumps(products_of(build(spec), inputs)))
    onnx.save(product_model(), folder / "product.onnx")
    model = build(spec)
    write_model(folder / "model.onnx", spec, model, inputs)
    # The export has run the model once, which moves the running statistics: the file holds them as they are afterwards.
    torch.save(model.state_dict(), folder / "state.pt")
    write_model(folder / "forward.onnx", spec, model.eval(), inputs)


main(Path(sys.argv[1]))
