"""Trains a workload in PyTorch: python bench/peers/pytorch_loop.py FOLDER THREADS eager|compile.

The data set is cut into batches beforehand and no loss is read, so that nothing but the step itself is timed.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
folder, threads, mode = sys.argv[1], int(sys.argv[2]), sys.argv[3]
os.environ["OMP_NUM_THREADS"] = str(threads)

import torch

from models import build, optimizer, read_batches, read_spec
from serve import serve

torch.set_num_threads(threads)
spec = read_spec(folder)
module = build(spec)
module.load_state_dict(torch.load(Path(folder) / "state.pt"))
read = []
criterion = torch.nn.CrossEntropyLoss()
descent = optimizer(spec, module.parameters())
model = torch.compile(module) if mode == "compile" else module


def data():
    """The data set, once it is wanted: the first step does without, so that what is timed there is the model."""
    if not read:
        read.extend(read_batches(folder, spec))
    return read


def train(some):
    module.train()
    for inputs, labels in some:
        descent.zero_grad()
        criterion(model(*inputs), labels).backward()
        descent.step()
    return len(some) * spec["batch"]


def evaluate():
    module.eval()
    loss, batches = 0.0, data()
    with torch.inference_mode():
        for inputs, labels in batches:
            loss += criterion(model(*inputs), labels).item()
    return len(batches) * spec["batch"], {"loss": loss / len(batches)}


serve({"first": lambda: train(read_batches(folder, spec, 1)), "train": lambda: train(data()), "evaluate": evaluate})
