"""Clips, averages and accumulates in PyTorch, float64, and writes what came out: tests/fixtures/update-rules.json.

How far PyTorch's own float32 is from its float64 stands there too: no program in float32 can be asked for less.

Run: python tests/witnesses/update_rules.py
"""

import json
import pathlib

import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(4)

SAMPLES, BATCH, STEPS, IGNORE, WINDOW = 40, 8, 50, -100, 3
inputs = torch.randn(SAMPLES, 6).float().double()
labels = torch.randint(0, 4, (SAMPLES,))
labels[::7] = IGNORE
weights = [0.5, 2.0, 1.25, 0.75]


before = {}


def network():
    torch.manual_seed(5)
    model = torch.nn.Sequential(torch.nn.Linear(6, 9, bias=False), torch.nn.BatchNorm1d(9), torch.nn.Tanh(), torch.nn.Linear(9, 4))
    for name, tensor in model.state_dict().items():
        if tensor.is_floating_point():
            tensor.copy_(before[name] if before else tensor.float().double())
    return model


def values(model):
    return {name: tensor.flatten().tolist() for name, tensor in model.state_dict().items() if tensor.is_floating_point()}


def batches():
    while True:
        for start in range(0, SAMPLES, BATCH):
            yield inputs[start : start + BATCH], labels[start : start + BATCH]


def criterion(reduction):
    return torch.nn.CrossEntropyLoss(weight=torch.tensor(weights), ignore_index=IGNORE, reduction=reduction)


def train(clip=lambda parameters: None, averaged=False):
    model = network()
    average = torch.optim.swa_utils.AveragedModel(
        model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.9), use_buffers=True
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    for (x, y), _ in zip(batches(), range(STEPS)):
        optimizer.zero_grad()
        criterion("mean")(model(x), y).backward()
        clip(model.parameters())
        optimizer.step()
        average.update_parameters(model)
    return values(average.module if averaged else model)


def accumulated():
    """Gradients of sums over windows of an epoch, divided by the window's weight; the last window of an epoch is short."""
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    per_epoch = SAMPLES // BATCH
    class_weight = torch.tensor([*weights, 0.0])
    stream = batches()
    for _ in range(STEPS // per_epoch):
        for first in range(0, per_epoch, WINDOW):
            optimizer.zero_grad()
            total = 0.0
            for _ in range(min(WINDOW, per_epoch - first)):
                x, y = next(stream)
                criterion("sum")(model(x), y).backward()
                total += class_weight[y.clamp(min=-1)].sum().item()
            for parameter in model.parameters():
                parameter.grad /= total
            optimizer.step()
    return values(model)


def trained():
    return {
        "plain": train(),
        "clipNorm": train(lambda p: torch.nn.utils.clip_grad_norm_(p, 0.2)),
        "clipValue": train(lambda p: torch.nn.utils.clip_grad_value_(p, 0.02)),
        "averageDecay": train(averaged=True),
        "accumulate": accumulated(),
    }


def distance(rule, name):
    exact = torch.tensor(after[rule][name], dtype=torch.float64)
    return ((torch.tensor(single[rule][name], dtype=torch.float64) - exact).norm() / exact.norm()).item()


start = values(network())
after = trained()
before = {name: tensor.clone() for name, tensor in network().state_dict().items() if tensor.is_floating_point()}
torch.set_default_dtype(torch.float32)
inputs = inputs.float()
single = trained()

fixture = {
    "madeBy": "tests/witnesses/update_rules.py",
    "torch": torch.__version__,
    "batchSize": BATCH,
    "steps": STEPS,
    "window": WINDOW,
    "ignoreIndex": IGNORE,
    "classWeights": weights,
    "inputs": inputs.flatten().tolist(),
    "labels": labels.tolist(),
    "before": start,
    "after": after,
    "float32Distance": {rule: {name: distance(rule, name) for name in names} for rule, names in after.items()},
}
path = pathlib.Path(__file__).parent.parent / "fixtures" / "update-rules.json"
path.write_text(json.dumps(fixture) + "\n")
