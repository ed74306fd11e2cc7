"""Trains an mlp or cnn workload by onnxsim's training loop: python bench/peers/onnxsim_loop.py FOLDER THREADS.

Its stochastic gradient descent has a fixed momentum, which costs one more pass over the parameters; the loss is written out, as it
has no rule for ONNX's own. Its session takes as many threads as the machine has.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy
import onnx
import onnxsim
import torch
from onnx import helper

from models import build, read_batches, read_spec
from serve import serve

folder = Path(sys.argv[1])
spec = read_spec(folder)
batches = [
    {"x": inputs[0].numpy(), "labels": numpy.eye(spec["classes"], dtype=numpy.float32)[labels.numpy()]}
    for inputs, labels in read_batches(folder, spec)
]


class WithLoss(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x, labels):
        scores = self.model(x)
        return (torch.log(torch.exp(scores).sum(1)) - (scores * labels).sum(1)).mean()


module = build(spec)
module.load_state_dict(torch.load(folder / "state.pt"))
path = folder / "with-loss.onnx"
example = tuple(torch.from_numpy(batches[0][name]) for name in ("x", "labels"))
torch.onnx.export(WithLoss(module), example, str(path), input_names=["x", "labels"], output_names=["loss"], dynamo=False)
model = onnxsim.simplify(onnx.load(path), initializers_as_constants=False)[0]
parameters = [tensor.name for tensor in model.graph.initializer if tensor.data_type == onnx.TensorProto.FLOAT]
loop = onnxsim.compile_training_loop(model, "loss", parameters, "sgd_momentum")


def train(batches):
    for batch in batches:
        loop(batch, lr=spec["optimizer"]["learningRate"])
    return len(batches) * spec["batch"]


serve({"first": lambda: train(batches[:1]), "train": lambda: train(batches)})
