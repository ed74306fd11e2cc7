"""Reads every image of a folder once, as a training epoch would: python bench/image_loader.py FOLDER BATCH WORKERS

Prints one JSON line. ImageFolder and DataLoader with the transforms of PyTorch's ImageNet example.
"""

import json
import resource
import sys
import time

import torch
import torchvision
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

folder, batch, workers = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
transform = transforms.Compose(
    [
        transforms.RandomResizedCrop(224),
        transforms.RandomHorizontalFlip(),
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ]
)
loader = DataLoader(datasets.ImageFolder(folder, transform), batch_size=batch, shuffle=True, num_workers=workers)


def processor(who):
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


images, start = 0, None
own = processor(resource.RUSAGE_SELF)
for inputs, labels in loader:
    if start is None:
        start = time.perf_counter()  # workers are started, as they are only once a run
    else:
        images += len(labels)
seconds = time.perf_counter() - start
# The workers have ended with the loop, and count as children since.
spent = processor(resource.RUSAGE_SELF) - own + processor(resource.RUSAGE_CHILDREN)
figures = {"images": images, "seconds": seconds, "perSecond": images / seconds, "processorSeconds": spent}
print(json.dumps({**figures, "torch": torch.__version__, "torchvision": torchvision.__version__}))
