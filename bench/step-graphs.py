"""Exports torchvision's resnet18 and efficientnet_v2_s with their batch norms, for bench/step-graphs.mjs.

Usage: python bench/step-graphs.py FOLDER   (needs torch and torchvision)
"""

import sys
import warnings
from pathlib import Path

import torch
import torchvision

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
warnings.filterwarnings("ignore")
for name in ("resnet18", "efficientnet_v2_s"):
    torch.manual_seed(1)
    torch.onnx.export(
        torchvision.models.get_model(name, weights=None).train(),
        (torch.randn(2, 3, 224, 224),),
        str(folder / f"{name}.onnx"),
        dynamo=False,
        input_names=["image"],
        output_names=["scores"],
        dynamic_axes={"image": {0: "N"}, "scores": {0: "N"}},
        training=torch.onnx.TrainingMode.TRAINING,
        do_constant_folding=False,
    )
