"""Compares Onward's gradients and steps with PyTorch's, model by model.

python tests/parity/run.py [--models resnet18,bert] [--variants script,dynamo] [--dist dist] [--keep folder]

Each model is perturbed, exported with an open batch, and run here in float32 and float64 and by gradients.mjs. A gradient
passes where |onward - float64| <= max(1e-4, 3 |float32 - float64| / |float64|) |float64|, norm-wise; one whose norm is below
1e-6 of that of all gradients, where the difference is. Parameters after 3 steps of sgd likewise.

Where a value lies at the kink of an activation to within the rounding of float32, two correct programs give different
gradients. So up to three batches are drawn, and a gradient passes that agrees on one of them; the table says how many were used."""

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

import matching
import reference
from exports import VARIANTS, Variant, export
from models import MODELS, Case, draw_batch, make_case

STEPS = 3
BATCHES = 3
here = Path(__file__).parent


class Comparison:
    """The worst of many norm-wise comparisons."""

    def __init__(self, total: float):
        self.total = total
        self.worst = 0.0
        self.margin = 0.0
        self.compared = 0
        self.failures: list[str] = []

    def add(self, name: str, got: np.ndarray, single: np.ndarray, double: np.ndarray) -> None:
        got, single, double = (np.asarray(a, np.float64).ravel() for a in (got, single, double))
        norm = np.linalg.norm(double)
        error = np.linalg.norm(got - double)
        self.compared += 1
        if norm <= 1e-6 * self.total:
            if not error <= 1e-6 * self.total:
                self.failures.append(f"{name}: vanishes, yet is {error:.1e} of {self.total:.1e}")
            return
        own = np.linalg.norm(single - double) / norm
        limit = max(1e-4, 3 * own)
        relative = error / norm
        if not relative / limit <= self.margin:
            self.worst, self.margin = relative, relative / limit
        if not relative <= limit:
            self.failures.append(f"{name}: {relative:.1e}, PyTorch's own float32 {own:.1e}")


def run_onward(case: Case, model: Path, modes: list[str], rate: float, dist: str, out: Path) -> dict:
    def save(name: str, value: torch.Tensor) -> dict:
        path = out / f"{name}.in"
        array = value.numpy()
        path.write_bytes(array.tobytes())
        return {"file": str(path), "type": "int64" if array.dtype == np.int64 else "float32", "dims": list(array.shape)}

    job = {
        "model": str(model),
        "inputs": {name: save(name, value) for name, value in case.inputs.items()},
        "labels": save("labels", case.labels),
        "modes": modes,
        "steps": STEPS,
        "learningRate": rate,
        "out": str(out),
    }
    (out / "job.json").write_text(json.dumps(job))
    command = ["node", str(here / "gradients.mjs"), dist, str(out / "job.json")]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        return {"error": (done.stderr or f"exit code {done.returncode}")[-2000:]}
    return json.loads((out / "manifest.json").read_text())


def array_of(entry: dict) -> np.ndarray:
    return np.fromfile(entry["file"], dtype=np.float32).reshape(entry["dims"])


def check(name: str, case: Case, variant: Variant, folder: Path, dist: str) -> dict:
    row: dict = {"model": name, "exporter": variant.name, "forms": {}}
    path = folder / "model.onnx"
    try:
        export(case, variant, str(path))
    except Exception as error:  # noqa: BLE001 - an exporter's failure is a finding
        return {**row, "error": f"export: {type(error).__name__}: {str(error)[:300]}"}
    model = onnx.load(path)
    row["nodes"] = len(model.graph.node)
    row["batchNorms"] = [n.op_type for n in model.graph.node].count("BatchNormalization")
    case.module.eval()
    norms = sum(isinstance(m, torch.nn.modules.batchnorm._BatchNorm) for m in case.module.modules())
    base = reference.fused(case.module) if row["batchNorms"] < norms else case.module
    initializers = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    failing: dict[str, set[str]] = {}
    for batch in range(BATCHES):
        if batch > 0:
            draw_batch(name, case, batch)
        result = {**row, "forms": {}, "batches": batch + 1}
        try:
            compare(result, base, case, initializers, path, folder, dist)
        except OnwardFailed as error:
            return {**result, "error": str(error)}
        for key, form in result["forms"].items():
            # What fails is what failed on every batch so far.
            before = failing.get(key)
            if before is not None and "failures" in form:
                form["failures"] = [f for f in form["failures"] if f.split(":")[0] in before]
            failing[key] = {f.split(":")[0] for f in form.get("failures", [])}
        if not any(failed(form) for form in result["forms"].values()):
            break
    return result


class OnwardFailed(Exception):
    """What gradients.mjs said."""


def compare(
    row: dict,
    base: torch.nn.Module,
    case: Case,
    initializers: dict[str, np.ndarray],
    path: Path,
    folder: Path,
    dist: str,
) -> None:
    sources = {n: t.detach().numpy() for n, t in reference.tensors(base).items()}
    double = reference.gradients(base, case, torch.float64, False)
    weight = norm_of(sources.values())
    rate = 0.0005 * weight / norm_of(double.values())
    modes = ["eval", "train"] if row["batchNorms"] > 0 else ["eval"]
    manifest = run_onward(case, path, modes, rate, dist, folder)
    row["seconds"] = manifest.get("seconds")
    row["preparedNodes"] = manifest.get("nodes")
    if "error" in manifest:
        raise OnwardFailed(manifest["error"])

    finder = matching.Finder(sources)
    found = {name: finder.find(name, initializers[name]) for name in [*manifest["parameters"], *manifest["statistics"]]}
    matches = {name: match for name, match in found.items() if match is not None}
    row["unmatched"] = [p for p in manifest["parameters"] if p not in matches]
    for mode in modes:
        row["forms"][mode] = compare_gradients(row, base, case, manifest[mode], matches, mode == "train")
    row["forms"]["steps"] = compare_steps(row, base, case, manifest, matches, initializers, rate, weight)


def norm_of(arrays) -> float:
    return float(np.sqrt(sum(np.sum(np.asarray(a, np.float64) ** 2) for a in arrays)))


def compare_gradients(row: dict, base: torch.nn.Module, case: Case, got: dict, matches: dict, training: bool) -> dict:
    double = reference.gradients(base, case, torch.float64, training)
    single = reference.gradients(base, case, torch.float32, training)
    total = norm_of(double.values())
    comparison = Comparison(total)
    wanted = reference.scores(base, case, training)
    score_error = float(np.linalg.norm(array_of(got["scores"]) - wanted) / np.linalg.norm(wanted))
    sums: dict[str, np.ndarray] = {}
    for parameter, entry in got["gradients"].items():
        match = matches.get(parameter)
        if match is None or match.source not in double:
            continue
        gradient = match.gradient(array_of(entry), double[match.source].size)
        sums[match.source] = sums.get(match.source, 0) + gradient
    for source, gradient in sums.items():
        masks = [m.seen(double[source].size) for m in matches.values() if m.source == source]
        mask = slice(None) if any(m is None for m in masks) else np.logical_or.reduce(masks)
        comparison.add(source, gradient[mask], single[source].ravel()[mask], double[source].ravel()[mask])
    uncovered = [s for s, g in double.items() if s not in sums and np.linalg.norm(g) > 1e-6 * total]
    row["uncovered"] = sorted({*row.get("uncovered", []), *uncovered})
    return report(comparison, scoreError=score_error)


def compare_steps(
    row: dict,
    base: torch.nn.Module,
    case: Case,
    manifest: dict,
    matches: dict,
    initializers: dict[str, np.ndarray],
    rate: float,
    weight: float,
) -> dict:
    # What an exporter shares or repeats is another parametrisation: it takes other steps.
    sources = [match.source for match in matches.values()]
    same = all(match.whole and match.scale == 1.0 for match in matches.values())
    if row["unmatched"] or not same or len(set(sources)) < len(sources):
        return {"skipped": "the exporter shares, repeats or scales parameters"}
    training = row["batchNorms"] > 0
    double = reference.after_steps(base, case, torch.float64, training, rate, STEPS)
    single = reference.after_steps(base, case, torch.float32, training, rate, STEPS)
    comparison = Comparison(weight)
    change = 0.0
    for parameter, match in matches.items():
        got = array_of(manifest["after"][parameter])
        wanted = match.pulled(double[match.source])
        comparison.add(parameter, got, match.pulled(single[match.source]), wanted)
        before = initializers[parameter].astype(np.float64).ravel()
        moved = np.linalg.norm(wanted - before)
        if moved > 1e-6 * np.linalg.norm(before):
            change = max(change, float(np.linalg.norm(got.ravel() - wanted) / moved))
    return report(comparison, changeError=change)


def report(comparison: Comparison, **more: float) -> dict:
    return {
        "worst": comparison.worst,
        "ofLimit": comparison.margin,
        "compared": comparison.compared,
        "failures": comparison.failures,
        **more,
    }


def failed(form: dict) -> bool:
    return bool(form.get("failures")) or not form.get("scoreError", 0) <= 1e-3


def verdict(row: dict) -> str:
    if "error" in row:
        return "ERROR " + row["error"].splitlines()[0][:150]
    parts = []
    for form, result in row["forms"].items():
        if "skipped" in result:
            parts.append(f"{form} -")
            continue
        parts.append(f"{form} {result['worst']:.0e} of {result['compared']}{' FAIL' if failed(result) else ''}")
    if row["batches"] > 1:
        parts.append(f"{row['batches']} batches")
    if row["unmatched"]:
        parts.append(f"{len(row['unmatched'])} unmatched")
    if row.get("uncovered"):
        parts.append(f"{len(row['uncovered'])} uncovered")
    return ", ".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", default=",".join(MODELS))
    parser.add_argument("--variants", default=",".join(v.name for v in VARIANTS))
    parser.add_argument("--dist", default=str(here / "../../dist"))
    parser.add_argument("--out", default=str(here / "results.json"))
    parser.add_argument("--keep", help="a folder for the exported files and gradients")
    options = parser.parse_args()
    torch.set_num_threads(1)
    chosen = options.variants.split(",")
    out = Path(options.out)
    previous = json.loads(out.read_text())["rows"] if out.exists() else []
    rows = {(r["model"], r["exporter"]): r for r in previous}
    for name in options.models.split(","):
        for variant in VARIANTS:
            if variant.name not in chosen:
                continue
            start = time.time()
            with tempfile.TemporaryDirectory() as temporary:
                folder = Path(options.keep or temporary) / f"{name}-{variant.name}"
                folder.mkdir(parents=True, exist_ok=True)
                row = check(name, make_case(name), variant, folder, options.dist)
            rows[(name, variant.name)] = row
            print(f"{name:20} {variant.name:16} {time.time() - start:5.0f} s  {verdict(row)}", flush=True)
            versions = {"torch": torch.__version__, "onnx": onnx.__version__, "python": platform.python_version()}
            result = {"versions": versions, "machine": platform.processor() or platform.machine(), "rows": [*rows.values()]}
            out.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    sys.exit(main())
