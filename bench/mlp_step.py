"""Times a training step of mlp 784-256-10 with sgd in eager PyTorch; prints one JSON line."""

import json
import sys
import time

import torch

threads, batch, steps = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
torch.manual_seed(7)
samples = 12800
x = torch.randn(samples, 784)
y = torch.randint(0, 10, (samples,))
batches = [(x[i : i + batch].clone(), y[i : i + batch].clone()) for i in range(0, samples - batch + 1, batch)]
model = torch.nn.Sequential(torch.nn.Linear(784, 256), torch.nn.ReLU(), torch.nn.Linear(256, 10))
criterion = torch.nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)


def run(count):
    for i in range(count):
        inputs, labels = batches[i % len(batches)]
        optimizer.zero_grad()
        loss = criterion(model(inputs), labels)
        loss.backward()
        optimizer.step()


run(steps // 4)
start = time.perf_counter()
run(steps)
print(json.dumps({"milliseconds": (time.perf_counter() - start) / steps * 1000, "torch": torch.__version__, "threads": threads}))
