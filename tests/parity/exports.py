"""Exports a case by one of PyTorch's exporters."""

import copy
import logging
import warnings
from dataclasses import dataclass

import onnx
import torch

from models import Case


@dataclass(frozen=True)
class Variant:
    """How a model is exported."""

    name: str
    dynamo: bool
    #: Whether the file keeps batch norms and names as they are: the training form of the TorchScript exporter, or the graph
    #: of the dynamo exporter before it is optimised.
    plain: bool


VARIANTS = [
    Variant("script", dynamo=False, plain=False),
    Variant("script-training", dynamo=False, plain=True),
    Variant("dynamo", dynamo=True, plain=False),
    Variant("dynamo-plain", dynamo=True, plain=True),
]


def export(case: Case, variant: Variant, path: str) -> None:
    """Writes an ONNX file whose first dimension is open."""
    logging.disable(logging.WARNING)
    warnings.filterwarnings("ignore")
    names = list(case.inputs)
    values = tuple(case.inputs.values())
    training = not variant.dynamo and variant.plain
    # Tracing in training mode moves running statistics, in the module and in the file.
    module = copy.deepcopy(case.module).train(training)
    if variant.dynamo:
        batch = torch.export.Dim("N")
        # *args of the wrapped models are one argument that is a tuple.
        shapes = tuple({0: batch} for _ in names)
        wrapped = hasattr(case.module, "names")
        torch.onnx.export(
            module,
            values,
            path,
            dynamo=True,
            input_names=names,
            output_names=["scores"],
            dynamic_shapes=(shapes,) if wrapped else shapes,
            optimize=not variant.plain,
            external_data=False,
            verbose=False,
        )
    else:
        mode = torch.onnx.TrainingMode.TRAINING if training else torch.onnx.TrainingMode.EVAL
        torch.onnx.export(
            module,
            values,
            path,
            dynamo=False,
            input_names=names,
            output_names=["scores"],
            dynamic_axes={name: {0: "N"} for name in [*names, "scores"]},
            training=mode,
            do_constant_folding=not training,
        )
        if training:
            put_back(dict(case.module.named_buffers()), path)


def put_back(buffers: dict[str, torch.Tensor], path: str) -> None:
    """Gives a file the buffers that the model had before it was traced."""
    model = onnx.load(path)
    for tensor in model.graph.initializer:
        if tensor.name in buffers:
            tensor.CopyFrom(onnx.numpy_helper.from_array(buffers[tensor.name].numpy(), tensor.name))
    onnx.save(model, path)
