"""Trains a small network in PyTorch, float64, and writes what it became: tests/fixtures/training.json.

Run: python tests/witnesses/training.py
"""

import json
import pathlib

import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(11)

SAMPLES, BATCH, EPOCHS, IGNORE = 24, 5, 3, -100
inputs = torch.randn(SAMPLES, 1, 6, 6).float().double()
labels = torch.randint(0, 4, (SAMPLES,))
labels[3] = labels[17] = IGNORE
weights = [0.5, 2.0, 1.25, 0.75]


def network():
    torch.manual_seed(5)
    model = torch.nn.Sequential(
        torch.nn.Conv2d(1, 3, 3, padding=1, bias=False),  # under a batch norm its bias has no gradient but noise
        torch.nn.BatchNorm2d(3),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Flatten(),
        torch.nn.Linear(27, 4),
    )
    for tensor in model.state_dict().values():
        if tensor.is_floating_point():
            tensor.copy_(tensor.float().double())
    return model


def values(model):
    return {name: tensor.flatten().tolist() for name, tensor in model.state_dict().items() if tensor.is_floating_point()}


def train(make_optimizer):
    model = network()
    criterion = torch.nn.CrossEntropyLoss(weight=torch.tensor(weights), ignore_index=IGNORE, label_smoothing=0.1)
    total = torch.nn.CrossEntropyLoss(weight=torch.tensor(weights), ignore_index=IGNORE, label_smoothing=0.1, reduction="sum")
    optimizer = make_optimizer(model.parameters())
    class_weight = torch.tensor([*weights, 0.0])
    epochs = []
    for _ in range(EPOCHS):
        loss_sum, weight_sum, means, correct = 0.0, 0.0, [], 0
        for start in range(0, SAMPLES, BATCH):
            x, y = inputs[start : start + BATCH], labels[start : start + BATCH]
            optimizer.zero_grad()
            scores = model(x)
            loss = criterion(scores, y)
            loss.backward()
            optimizer.step()
            loss_sum += total(scores, y).item()
            weight_sum += class_weight[y.clamp(min=-1)].sum().item()
            means.append(loss.item())
            correct += (scores.argmax(1) == y).sum().item()
        epochs.append({"lossSum": loss_sum, "lossWeight": weight_sum, "batchMeanLoss": sum(means) / len(means), "correct": correct})
    model.eval()
    with torch.no_grad():
        scores = model(inputs)
    return {"epochs": epochs, "after": values(model), "scores": scores.flatten().tolist()}


runs = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.01),
    "adam": lambda p: torch.optim.Adam(p, lr=0.01),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1),
}
fixture = {
    "madeBy": "tests/witnesses/training.py",
    "torch": torch.__version__,
    "batchSize": BATCH,
    "ignoreIndex": IGNORE,
    "classWeights": weights,
    "inputs": inputs.flatten().tolist(),
    "labels": labels.tolist(),
    "before": values(network()),
    "runs": {name: train(make) for name, make in runs.items()},
}
path = pathlib.Path(__file__).parent.parent / "fixtures" / "training.json"
path.write_text(json.dumps(fixture) + "\n")
