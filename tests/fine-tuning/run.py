"""Fine-tunes torchvision models on MNIST's digits as RGB, and scores the results with Python's onnxruntime.

Usage: python tests/fine-tuning/run.py [model ...]   (after npm run build; needs torch, torchvision, onnxruntime)

A model with random weights is exported with its batch norms, trained by Onward on the digits 0 to 4, and fine-tuned to
5 to 9. Checked: with a frozen backbone only the head's bytes change; Python's onnxruntime gives the same number of right
answers and the same loss as Onward reported.
"""

import json
import logging
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy
import onnxruntime
import torch
import torchvision

ROOT = Path(__file__).resolve().parents[2]
CLASSES = 5


def export(name: str, path: Path) -> None:
    logging.disable(logging.WARNING)
    warnings.filterwarnings("ignore")
    torch.manual_seed(1)
    module = torchvision.models.get_model(name, weights=None).train()
    torch.onnx.export(
        module,
        (torch.randn(2, 3, 32, 32),),
        path,
        dynamo=False,
        input_names=["image"],
        output_names=["scores"],
        dynamic_axes={"image": {0: "N"}, "scores": {0: "N"}},
        training=torch.onnx.TrainingMode.TRAINING,
        do_constant_folding=False,
    )


def score(path: str, images: numpy.ndarray, labels: numpy.ndarray) -> tuple[int, float]:
    """The number of right answers and the mean cross-entropy, in float64."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    scores = numpy.concatenate(
        [session.run(["scores"], {"image": images[i : i + 50]})[0] for i in range(0, len(images), 50)]
    ).astype(numpy.float64)
    logs = scores - numpy.log(numpy.exp(scores - scores.max(1, keepdims=True)).sum(1, keepdims=True))
    logs -= scores.max(1, keepdims=True)
    return int((scores.argmax(1) == labels).sum()), float(-logs[numpy.arange(len(labels)), labels].mean())


def run(name: str, train: int, val: int, epochs: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        export(name, out / "exported.onnx")
        job = {"model": str(out / "exported.onnx"), "out": folder, "train": train, "val": val, "epochs": epochs}
        (out / "job.json").write_text(json.dumps(job))
        script = Path(__file__).with_name("fine-tune.mjs")
        subprocess.run(["node", script, ROOT / "dist", out / "job.json"], check=True, cwd=ROOT)
        summary = json.loads((out / "summary.json").read_text())
        images = numpy.fromfile(out / "val.f32", numpy.float32).reshape(-1, 3, 32, 32)
        labels = numpy.fromfile(out / "val.i32", numpy.int32)
        first = summary["first"]
        print(f"{name}: digits 0 to 4: {first['accuracy']:.3f}, {first['secondsPerEpoch']:.1f} s an epoch of {train}")
        passed = True
        for title, result in summary["runs"].items():
            correct, loss = score(result["file"], images, labels)
            same = correct == result["correct"] and abs(loss / result["loss"] - 1) < 1e-5
            moved = result["changed"]
            kept = not title.startswith("head alone") or len(moved["names"]) == 2
            passed = passed and same and kept
            print(
                f"  digits 5 to 9, {title}: {result['accuracy']:.3f}, {result['secondsPerEpoch']:.1f} s an epoch; "
                f"{len(moved['names'])} of {moved['of']} tensors changed; onnxruntime {onnxruntime.__version__}: "
                f"{correct}/{len(labels)} right, loss {loss:.6f} against {result['loss']:.6f}: "
                f"{'the same' if same and kept else 'WRONG'}"
            )
        return passed


if __name__ == "__main__":
    outcomes = [run(name, train=1500, val=1000, epochs=2) for name in sys.argv[1:] or ["resnet18"]]
    sys.exit(0 if all(outcomes) else 1)
