"""Tries classifiers that no list names: gradients against PyTorch's, then other batch sizes, a new head, and frozen parts.

python tests/strangers/run.py [--families plain,text] [--models lstm,gpt2] [--variants script,dynamo] [--dist dist] [--resume]

Gradients and steps are compared as the parity tier compares them, by its modules; tune.mjs does the rest: the gradients of
batches of 3 and 5 are the sums of those of their samples, and the loss falls for a new head on a frozen backbone, for the
backbone under a frozen head, and for everything. Families are plain (PyTorch), text, image (both transformers), torchvision,
timm. Variants are those of the parity tier and of variants.py: script-opset9, script-all, dynamo-fused-bert, and so on.

A row is `passed`; `refused`, with Onward's sentence; `not exported`, where PyTorch writes no file; `not built`,
where there is no model to compare here; `exception`, with its
cause; or `failed`."""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import families  # noqa: F401 - opens the way to the parity tier's modules
import models
import rows
import table
import torch
from causes import CAUSES
from torch.fx.proxy import TraceError
from variants import PLAIN, VARIANTS, export

here = Path(__file__).parent
FAMILIES = ["plain", "text", "image", "torchvision", "timm"]
rows.export = export


def tried(name: str, variant_name: str, dist: str, folder: Path) -> dict:
    model = rows.Model(name, dist)
    variant = VARIANTS[variant_name]
    try:
        row = model.row(variant, folder)
    except TraceError:
        # PyTorch cannot fold the batch norms of what it cannot trace: the file that keeps them is compared.
        variant = PLAIN["script-training" if variant_name.startswith("script") else "dynamo-plain"]
        row = model.row(variant, folder)
    if (folder / "model.onnx").exists():
        job = {"model": str(folder / "model.onnx"), **model.job(folder, [], 0)}
        (folder / "job.json").write_text(json.dumps(job))
        command = ["node", str(here / "tune.mjs"), dist, str(folder / "job.json")]
        done = subprocess.run(command, capture_output=True, text=True)
        row["tune"] = json.loads(done.stdout) if done.returncode == 0 else {"error": done.stderr[-600:]}
    return row


def judged(family: str, name: str, variant: str, row: dict) -> dict:
    tune = row.get("tune", {})
    problems = [*([row["error"]] if "error" in row else []), *row.get("failures", [])]
    problems += [f"{form}: {failure}" for form, result in row.get("forms", {}).items() for failure in result["failures"]]
    refused = row.get("code") == "unsupported"
    if not refused:
        problems += [tune[key] for key in ("error", "obstacle") if key in tune]
        problems += [f"{part}: {tune[part]}" for part in ("head", "backbone", "all") if bad(tune.get(part, ""))]
        problems += [f"a frozen parameter moved: {moved}" for moved in tune.get("moved", [])]
        if not tune.get("sizes", 0) <= 1e-3:
            problems.append(f"the gradient of a batch is not the sum of its samples': {tune['sizes']:.0e}")
    cause = CAUSES.get((name, variant)) or CAUSES.get((name, ""))
    if not problems:
        verdict = "passed"
    elif row.get("error", "").startswith("build:"):
        verdict = "not built"
    elif row.get("error", "").startswith("export:"):
        verdict = "not exported"
    elif refused:
        verdict = "refused"
    else:
        verdict = "failed" if cause is None else "exception"
    worst = {form: float(f"{result['worst']:.1e}") for form, result in row.get("forms", {}).items()}
    trained = {key: tune[key] for key in ("head", "backbone", "all") if key in tune}
    result = {"family": family, "model": name, "exporter": variant, "verdict": verdict, "worst": worst, "trained": trained}
    if verdict == "exception":
        result["cause"] = cause
    if verdict != "passed":
        result["problems"] = [" ".join(problem.split())[:200] for problem in problems[:3]]
    return result


def bad(result: str) -> bool:
    # That a model has no head that can be told is said, and no failure.
    return result.endswith("FAIL") or (result.startswith("ERROR") and "as the last step before the scores" not in result)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--families", default=",".join(FAMILIES))
    parser.add_argument("--models")
    parser.add_argument("--variants", default="script,dynamo")
    parser.add_argument("--dist", default=str(here / "../../dist"))
    parser.add_argument("--out", default=str(here / "results.json"))
    parser.add_argument("--resume", action="store_true", help="leave out rows that the results have")
    options = parser.parse_args()
    torch.set_num_threads(1)
    out = Path(options.out)
    found = {(r["model"], r["exporter"]): r for r in (json.loads(out.read_text())["rows"] if out.exists() else [])}
    for family in options.families.split(","):
        chosen = import_module(f"{family}_models").MODELS
        models.MODELS.update(chosen)
        for name in chosen:
            for variant in options.variants.split(","):
                if (options.models and name not in options.models.split(",")) or (options.resume and (name, variant) in found):
                    continue
                start = time.time()
                with tempfile.TemporaryDirectory() as temporary:
                    try:
                        row = tried(name, variant, options.dist, Path(temporary))
                    except Exception as error:  # noqa: BLE001 - that a model cannot be made here is a finding
                        row = {"error": f"build: {type(error).__name__}: {error}"}
                result = judged(family, name, variant, row)
                found[(name, variant)] = result
                more = " ".join(result.get("problems", [])[:1])
                print(f"{name:24} {variant:16} {time.time() - start:4.0f} s  {result['verdict']} {more}", flush=True)
                write(out, [*found.values()])
    return 1 if any(row["verdict"] == "failed" for row in found.values()) else 0


def write(out: Path, results: list[dict]) -> None:
    verdicts = [row["verdict"] for row in results]
    counts = {verdict: verdicts.count(verdict) for verdict in sorted(set(verdicts))}
    versions = {name: version(name) for name in ("timm", "onnxruntime")}
    text = json.dumps({**table.circumstances(), "more versions": versions, "counts": counts, "rows": results}, indent=1)
    out.write_text(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
