"""Differentiates the losses that models ending in an activation are trained with, in PyTorch, float64:
tests/fixtures/final-activations.json. Some logits are so large that their probabilities are 0 and 1 in float32.

Run: python tests/witnesses/final_activations.py
"""

import json
import pathlib

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(3)

SAMPLES, FEATURES, CLASSES = 5, 3, 4
inputs = (torch.randn(SAMPLES, FEATURES) * torch.tensor([[1.0], [1.0], [1.0], [40.0], [300.0]])).float().double()
weight = torch.randn(CLASSES, FEATURES).float().double().requires_grad_()
bias = torch.randn(CLASSES).float().double().requires_grad_()
labels = torch.tensor([0, 3, -100, 2, 1])
marks = torch.randint(0, 2, (SAMPLES, CLASSES)).double()
class_weights = [0.5, 2.0, 1.25, 0.75]


def case(terms):
    logits = F.linear(inputs, weight, bias)
    found = terms(logits)
    gradients = torch.autograd.grad(found.sum(), [weight, bias])
    return {"terms": found.tolist(), "weight": gradients[0].flatten().tolist(), "bias": gradients[1].tolist()}


logits = F.linear(inputs, weight, bias).detach()
fixture = {
    "versions": {"torch": torch.__version__},
    "inputs": inputs.flatten().tolist(),
    "weight": weight.flatten().tolist(),
    "bias": bias.tolist(),
    "labels": labels.tolist(),
    "marks": marks.flatten().tolist(),
    "classWeights": class_weights,
    "softmax": F.softmax(logits, 1).flatten().tolist(),
    "sigmoid": torch.sigmoid(logits).flatten().tolist(),
    "crossEntropy": case(
        lambda x: F.cross_entropy(x, labels, torch.tensor(class_weights), reduction="none", label_smoothing=0.1)
    ),
    "nll": case(lambda x: F.nll_loss(F.log_softmax(x, 1), labels, reduction="none")),
    "binaryCrossEntropy": case(lambda x: F.binary_cross_entropy_with_logits(x, marks, reduction="none").sum(1)),
}
path = pathlib.Path(__file__).parent.parent / "fixtures" / "final-activations.json"
path.write_text(json.dumps(fixture, indent=1) + "\n")
