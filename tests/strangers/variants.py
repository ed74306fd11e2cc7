"""More ways to write a case: PyTorch's exporters, older opsets, and files that ONNX Runtime optimised."""

from dataclasses import replace
from pathlib import Path

import onnx
import onnxruntime
import torch
from exports import VARIANTS as EXPORTERS
from exports import Variant
from exports import export as export_plain
from models import Case

PLAIN = {v.name: v for v in EXPORTERS}
LEVELS = {
    "basic": onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC,
    "extended": onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
    "all": onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL,
}
VARIANTS: dict[str, Variant] = {
    **PLAIN,
    **{f"script-opset{n}": replace(PLAIN["script"], name=f"script-opset{n}") for n in (9, 11, 12)},
    **{f"{v}-{level}": replace(PLAIN[v], name=f"{v}-{level}") for v in ("script", "dynamo") for level in LEVELS},
    **{f"{v}-fused-{k}": replace(PLAIN[v], name=f"{v}-fused-{k}") for v in ("script", "dynamo") for k in ("bert", "gpt2", "vit")},
}


def export(case: Case, variant: Variant, path: str) -> None:
    base, _, rest = variant.name.partition("-")
    if variant.name in PLAIN:
        export_plain(case, variant, path)
    elif rest.startswith("opset"):
        export_opset(case, int(rest.removeprefix("opset")), path)
    else:
        export_plain(case, PLAIN[base], path)
        optimise(path, rest)


def export_opset(case: Case, opset: int, path: str) -> None:
    names = list(case.inputs)
    torch.onnx.export(
        case.module.eval(),
        tuple(case.inputs.values()),
        path,
        dynamo=False,
        opset_version=opset,
        input_names=names,
        output_names=["scores"],
        dynamic_axes={name: {0: "N"} for name in [*names, "scores"]},
    )


def optimise(path: str, how: str) -> None:
    if how.startswith("fused-"):
        from onnxruntime.transformers import optimizer

        fused = optimizer.optimize_model(path, how.removeprefix("fused-"), num_heads=4, hidden_size=32, opt_level=0)
        fused.save_model_to_file(path)
        return
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = LEVELS[how]
    options.optimized_model_filepath = f"{path}.optimised"
    options.log_severity_level = 3
    onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    Path(f"{path}.optimised").replace(path)
