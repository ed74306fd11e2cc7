"""The workloads in PyTorch: the module, the optimizer and the data that a spec of `workloads.mjs` describes."""

import json
import math
from pathlib import Path

import numpy
import torch
from torch import nn


def read_spec(folder):
    return json.loads((Path(folder) / "spec.json").read_text())


def mlp(widths):
    layers = []
    for inputs, outputs in zip(widths, widths[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def cnn(classes):
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(3136, 128),
        nn.ReLU(),
        nn.Linear(128, classes),
    )


class Logits(nn.Module):
    """A classifier of transformers that gives its scores alone."""

    def __init__(self, classifier, inputs):
        super().__init__()
        self.classifier = classifier
        self.names = inputs

    def forward(self, *values):
        return self.classifier(**dict(zip(self.names, values))).logits


def bert(model, classes):
    from transformers import BertConfig, BertForSequenceClassification

    config = BertConfig(
        vocab_size=model["vocabulary"],
        hidden_size=model["hidden"],
        num_hidden_layers=model["layers"],
        num_attention_heads=model["heads"],
        intermediate_size=model["intermediate"],
        num_labels=classes,
        attn_implementation="sdpa",
    )
    return Logits(BertForSequenceClassification(config), ["input_ids", "attention_mask"])


def vit(model, classes, size):
    from transformers import ViTConfig, ViTForImageClassification

    config = ViTConfig(
        image_size=size,
        patch_size=model["patch"],
        hidden_size=model["hidden"],
        num_hidden_layers=model["layers"],
        num_attention_heads=model["heads"],
        intermediate_size=model["intermediate"],
        num_labels=classes,
        attn_implementation="sdpa",
    )
    return Logits(ViTForImageClassification(config), ["pixel_values"])


def build(spec):
    """The module with initial parameters of a fixed seed, in training mode: dropout is as the model has it."""
    torch.manual_seed(0)
    model, classes = spec["model"], spec["classes"]
    kind = model["kind"]
    if kind == "mlp":
        return mlp(model["widths"])
    if kind == "cnn":
        return cnn(classes)
    if kind == "bert":
        return bert(model, classes).train()
    if kind == "vit":
        return vit(model, classes, spec["inputs"]["x"]["dims"][-1]).train()
    import torchvision

    return getattr(torchvision.models, kind)(num_classes=classes).train()


def optimizer(spec, parameters):
    make = {"sgd": torch.optim.SGD, "adamw": torch.optim.AdamW}[spec["optimizer"]["name"]]
    return make(parameters, lr=spec["optimizer"]["learningRate"])


def read_batches(folder, spec, count=None):
    """The first batches of the data set, all by default, as a list of (inputs, labels)."""
    size, count = spec["batch"], count or spec["batches"]

    def column(name, dims, kind):
        values = numpy.fromfile(Path(folder) / f"{name}.bin", kind, math.prod(dims) * size * count)
        values = values.reshape(size * count, *dims)
        return torch.from_numpy(values).split(size)

    columns = [column(name, value["dims"], value["type"]) for name, value in spec["inputs"].items()]
    return list(zip(zip(*columns), column("labels", [], "int64")))
