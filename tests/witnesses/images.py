"""Writes what torchvision makes of small images, as tests/fixtures/images.json.

Run with torch, torchvision and Pillow; the file says their versions.
"""

import json
from pathlib import Path

import numpy as np
import PIL
import torch
import torchvision
from PIL import Image
from torchvision.transforms import InterpolationMode, Normalize, functional as F


def image(width, height):
    """The test makes the same pixels by the same formula."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return Image.fromarray(((x * 11 + y * 7 + c * 53 + (x * y * (c + 1)) // 5) % 256).astype(np.uint8))


def values(tensor):
    return [round(v, 6) for v in tensor.flatten().tolist()]


mean, deviation = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
evaluation = []
for width, height, resize, crop in [(40, 30, 16, 12), (30, 47, 16, 13), (9, 12, 16, 15), (64, 64, 16, 16), (33, 20, 20, 19)]:
    resized = F.center_crop(F.resize(image(width, height), resize), [crop, crop])
    out = Normalize(mean, deviation)(F.to_tensor(resized))
    evaluation.append(dict(width=width, height=height, resize=resize, crop=crop, values=values(out)))

crops = []
for width, height, box, size in [(40, 30, (3, 5, 20, 17), 12), (40, 30, (30, 0, 10, 8), 14), (64, 50, (0, 0, 64, 50), 10)]:
    left, top, w, h = box
    out = F.to_tensor(F.resized_crop(image(width, height), top, left, h, w, [size, size]))
    crops.append(dict(width=width, height=height, box=box, size=size, values=values(out)))

plain = F.to_tensor(image(10, 10))
colors = []
for kind, function, amounts in [
    ("brightness", F.adjust_brightness, [0.3, 1.7]),
    ("contrast", F.adjust_contrast, [0.2, 1.6]),
    ("saturation", F.adjust_saturation, [0.0, 0.5, 1.9]),
    ("hue", F.adjust_hue, [-0.5, -0.2, 0.05, 0.4]),
]:
    for by in amounts:
        colors.append(dict(kind=kind, by=by, values=values(function(plain, by))))

rotations = [
    dict(degrees=degrees, values=values(F.rotate(plain, degrees, interpolation=InterpolationMode.BILINEAR)))
    for degrees in [10.0, -33.0, 90.0]
]
grey = values(F.to_tensor(image(10, 10).convert("L")))

fixture = dict(
    versions=dict(torch=torch.__version__, torchvision=torchvision.__version__, pillow=PIL.__version__),
    mean=mean,
    deviation=deviation,
    evaluation=evaluation,
    crops=crops,
    colors=colors,
    rotations=rotations,
    grey=grey,
)
path = Path(__file__).parent.parent / "fixtures" / "images.json"
path.write_text(json.dumps(fixture) + "\n")
