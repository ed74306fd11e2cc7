"""Compares Onward's gradients and steps with PyTorch's, model by model.

python tests/parity/run.py [--models resnet18,bert] [--variants script,dynamo] [--jobs 2] [--rows FOLDER] [--resume]

Each model is perturbed, kept away from kinks (kinks.py), exported with an open batch, and run here in float32 and float64 with
the file's tensors as its parameters (leaves.py), and by gradients.mjs. Norm-wise, |onward - float64| / |float64| is at most the
larger of 1e-4 and 3 |float32 - float64| / |float64| for each parameter's gradient, in eval form and, where the file has batch
norms, in train form, and for each parameter and running statistic after 3 steps of sgd, whose rate `reference.MOVE` bounds. A
gradient whose norm is below 1e-6 of that of all is compared absolutely, with that limit. The scores have the same bar.

A row passes when nothing fails, every parameter of the PyTorch model with a gradient is covered, and what the file has beyond
those has a gradient that vanishes. There is one batch, and one verdict a row: passed, exception with its cause, or failed.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch

import table
from exceptions import EXCEPTIONS
from exports import VARIANTS
from models import MODELS
from rows import Model

here = Path(__file__).parent
#: Those that take longest come first, so that no job is left with one of them at the end; the largest are not neighbours.
LONG = ["vgg11_bn", "maxvit_t", "swin_v2_t", "efficientnet_v2_s", "densenet121", "swin_t", "wide_resnet50_2", "convnext_tiny"]


def run_model(name: str, options: argparse.Namespace) -> None:
    """Writes a file for each row of a model."""
    torch.set_num_threads(1)
    folder = Path(options.rows)
    commit = table.commit()
    model = None
    # What folds batch norms comes first, so that its results are kept no longer than they are needed.
    for variant in sorted(VARIANTS, key=lambda v: v.plain):
        if options.variants is not None and variant.name not in options.variants.split(","):
            continue
        file = folder / f"{name}.{variant.name}.json"
        if options.resume and file.exists() and json.loads(file.read_text()).get("commit") == commit:
            continue
        model = model or Model(name, options.dist)
        if variant.plain and not model.batch_norms:
            continue
        start = time.time()
        with tempfile.TemporaryDirectory() as temporary:
            row = model.row(variant, Path(temporary))
        row = {**row, "seconds": round(time.time() - start, 1), "commit": commit}
        file.write_text(json.dumps(judged(row), indent=1))
        print(table.line(judged(row)), flush=True)


def judged(row: dict) -> dict:
    failures = [*([row["error"]] if "error" in row else []), *row.get("failures", [])]
    failures += [f"{form}: {f}" for form, result in row.get("forms", {}).items() for f in result["failures"]]
    cause = EXCEPTIONS.get((row["model"], row["exporter"]), row.get("kernelCause"))
    if not failures:
        verdict = "passed"
    else:
        verdict = "failed" if cause is None else "exception"
    return {**row, "verdict": verdict, "allFailures": failures, **({"cause": cause} if verdict == "exception" else {})}


def start_jobs(options: argparse.Namespace) -> None:
    """One process a model: memory is given back, and a crash costs one model."""
    chosen = options.models.split(",")
    order = [*[n for n in LONG if n in chosen], *[n for n in chosen if n not in LONG]]

    def job(name: str) -> None:
        command = [sys.executable, __file__, "--models", name, "--one", "--rows", options.rows, "--dist", options.dist]
        command += ["--variants", options.variants] if options.variants is not None else []
        command += ["--resume"] if options.resume else []
        done = subprocess.run(command, stdout=None, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            error = done.stderr[-800:] or f"exit code {done.returncode}"
            row = {"model": name, "exporter": "all", "error": error, "commit": table.commit()}
            (Path(options.rows) / f"{name}.all.json").write_text(json.dumps(judged(row), indent=1))
            print(table.line(judged(row)), flush=True)

    with ThreadPoolExecutor(options.jobs) as pool:
        list(pool.map(job, order))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", default=",".join(MODELS))
    parser.add_argument("--variants", help="default: all that the model has")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--dist", default=str(here / "../../dist"))
    parser.add_argument("--rows", default=str(Path(tempfile.gettempdir()) / "onward-parity"), help="a file for each row")
    parser.add_argument("--resume", action="store_true", help="leave out rows that have their file, of this commit")
    parser.add_argument("--out", help="where to write all rows; default: results.json here if all models were asked for")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    folder = Path(options.rows)
    folder.mkdir(parents=True, exist_ok=True)
    if options.one:
        run_model(options.models, options)
        return 0
    chosen = options.models.split(",")
    for name in chosen:
        for file in folder.glob(f"{name}.all.json" if options.resume else f"{name}.*.json"):
            file.unlink()
    start_jobs(options)
    rows = [json.loads(f.read_text()) for name in chosen for f in sorted(folder.glob(f"{name}.*.json"))]
    print("\n" + table.whole(rows))
    everything = set(chosen) == set(MODELS) and options.variants is None
    out = options.out or (str(here / "results.json") if everything else None)
    commits = Counter(row["commit"] for row in rows)
    if out is not None:
        minutes = round(sum(row.get("seconds", 0) for row in rows) / 60, 1)
        # One commit, unless rows of another one were put beside its rows by hand.
        result = {**table.circumstances(), "commits": commits, "minutes": minutes, **table.counts(rows), "rows": rows}
        Path(out).write_text(json.dumps(result, indent=1) + "\n")
    return 1 if any(row["verdict"] == "failed" for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
