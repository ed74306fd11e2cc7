"""The rows of one model: exported in each way, run by Onward, compared with PyTorch."""

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

import leaves
import reference
from comparison import Comparison, norm_of
from exports import Variant, export
from models import make_case
from onward import Onward

STEPS = 3
#: The movement of a parameter is a difference, and less exact; this goes beyond the bar, and is reported alone.
MOVEMENT_TOLERANCE = 1e-2


class Model:
    """A model, one batch, and PyTorch's results for the parameters as the model has them."""

    def __init__(self, name: str, dist: str):
        self.name = name
        self.dist = dist
        self.case, self.kinks = make_case(name)
        self.case.module.eval()
        self.batch_norms = sum(isinstance(m, torch.nn.modules.batchnorm._BatchNorm) for m in self.case.module.modules())
        self.results: dict[tuple[bool, bool], tuple[reference.Run, reference.Run]] = {}

    def base(self, folded: bool) -> torch.nn.Module:
        return reference.fused(self.case.module) if folded else self.case.module

    def natural(self, folded: bool, training: bool, steps: int) -> tuple[reference.Run, reference.Run]:
        """The results for the parameters as the model has them: they are computed once for all files that have those."""
        if any(kept != folded for kept, _ in self.results):
            # Those of large models are gigabytes.
            self.results.clear()
        if (folded, training) not in self.results:
            self.results[folded, training] = self.runs(reference.Parametrisation(self.base(folded)), training, steps)
        return self.results[folded, training]

    def runs(self, given: reference.Parametrisation, training: bool, steps: int) -> tuple[reference.Run, reference.Run]:
        double = reference.run(given, self.case, torch.float64, training, steps)
        return reference.run(given, self.case, torch.float32, training, steps, double.rate), double

    def row(self, variant: Variant, folder: Path) -> dict:
        row = {"model": self.name, "exporter": variant.name, "kinks": self.kinks}
        path = folder / "model.onnx"
        try:
            export(self.case, variant, str(path))
        except Exception as error:  # noqa: BLE001 - an exporter's failure is a finding
            return {**row, "error": f"export: {type(error).__name__}: {str(error)[:300]}"}
        graph = onnx.load(path).graph
        row["nodes"] = len(graph.node)
        row["batchNorms"] = [n.op_type for n in graph.node].count("BatchNormalization")
        initializers = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
        first_use = {name: i for i, node in reversed([*enumerate(graph.node)]) for name in node.input}
        del graph
        with Onward(self.dist, path) as onward:
            described = onward.answer()
            if "error" in described:
                return {**row, "error": described["error"], "code": described.get("code")}
            names = sorted(described["parameters"], key=lambda name: first_use.get(name, 0))
            exported = {name: initializers[name] for name in names}
            return self.compared(row, onward, folder, exported, described["statistics"], initializers)

    def compared(
        self,
        row: dict,
        onward: Onward,
        folder: Path,
        exported: dict[str, np.ndarray],
        statistics: list[str],
        initializers: dict[str, np.ndarray],
    ) -> dict:
        folded = row["batchNorms"] < self.batch_norms
        base = self.base(folded).eval()
        plan = leaves.plan(base, list(self.case.inputs.values()), exported)
        constants = [name for name in exported if name not in plan.used]
        parameters = {name for name, _ in base.named_parameters()}
        natural = set(plan.sources) == plan.used and {m.name for m in plan.sources.values()} <= parameters
        row["parameters"] = "the model's" if natural else "leaves"
        row["constants"] = constants
        row["failures"] = [f"{name}: copies whose uses cannot be told apart" for name in plan.unclear]
        values = {name: exported[name] for name in plan.used}
        leafed = reference.Parametrisation(base, plan, values)

        def runs(training: bool, steps: int) -> tuple[reference.Run, reference.Run]:
            return self.natural(folded, training, steps) if natural else self.runs(leafed, training, steps)

        training = row["batchNorms"] > 0
        results = {"eval": runs(False, 0 if training else STEPS), **({"train": runs(True, STEPS)} if training else {})}
        last = results["train" if training else "eval"]
        row["rate"] = last[1].rate
        manifest = onward.ask(self.job(folder, [*results], last[1].rate))
        row["onwardSeconds"] = {what: round(seconds, 2) for what, seconds in manifest["seconds"].items()}
        if "error" in manifest:
            return {**row, "error": manifest["error"], "code": manifest.get("code")}

        def own(name: str, of: dict[str, np.ndarray]) -> np.ndarray | None:
            """PyTorch's tensor in the file's order."""
            if not natural:
                return of.get(name)
            match = plan.sources[name]
            return match.exported(of[match.name]) if match.name in of else None

        row["forms"] = {}
        comparisons: dict[str, Comparison] = {}
        for form, (single, double) in results.items():
            missing = double.uncovered
            if natural:
                covered = {m.name for m in plan.sources.values()}
                missing = [n for n, g in double.gradients.items() if n not in covered and bool((g != 0).any())]
            row["failures"] += [f"{form}: {name} has no gradient in the file" for name in missing]
            comparison = Comparison(norm_of(double.gradients.values()))
            for name, entry in manifest[form]["gradients"].items():
                got = array_of(entry)
                wanted = own(name, double.gradients) if name in plan.used else None
                if wanted is None:
                    comparison.vanishes(name, got)
                else:
                    comparison.add(name, got, own(name, single.gradients), wanted, lambda run, n=name: own(n, run.gradients))
            absent = [n for n in plan.used if n not in manifest[form]["gradients"] and own(n, double.gradients) is not None]
            row["failures"] += [f"{form}: {name} has no gradient from Onward" for name in absent]
            scores = Comparison(0.0)
            scores.add("scores", array_of(manifest[form]["scores"]), single.scores, double.scores)
            comparison.failures += scores.failures
            comparisons[form] = comparison
            row["forms"][form] = {**comparison.report(), "scoreError": scores.worst}
        comparisons["steps"], moved = self.steps(manifest["after"], last, own, values, base, statistics, initializers)
        row["forms"]["steps"] = {**comparisons["steps"].report(), "movement": moved}
        given = reference.Parametrisation(base) if natural else leafed
        return {**row, **self.explained(comparisons, row["failures"], given, training, last[1].rate)}

    def explained(
        self, comparisons: dict[str, Comparison], others: list[str], given: reference.Parametrisation, training: bool, rate: float
    ) -> dict:
        """What is beyond the limit beside PyTorch's other kernels, and the cause where those are as far off."""
        found = {}
        for form, comparison in comparisons.items():
            if comparison.excess:
                trained = training and form != "eval"
                runs = reference.other_kernels(given, self.case, trained, STEPS if form == "steps" else 0, rate)
                found[form] = comparison.beside(runs)
        if not found:
            return {}
        failures = len(others) + sum(len(comparison.failures) for comparison in comparisons.values())
        if failures > sum(entry["within"] for entry in found.values()):
            return {"kernels": found}
        worst = max(found.values(), key=lambda entry: entry["onward"])
        errors = ", ".join(f"{kernel} {worst[kernel]:.1e}" for kernel in ("native", "channels last"))
        cause = f"values at kinks: by its other convolutions PyTorch's float32 is as far off ({errors}; Onward {worst['onward']:.1e})"
        return {"kernels": found, "kernelCause": cause}

    def steps(
        self, after: dict, runs: tuple, own, values: dict, base, statistics: list[str], initializers: dict
    ) -> tuple[Comparison, dict]:
        single, double = runs
        comparison = Comparison(0.0)
        movement = Comparison(0.0, MOVEMENT_TOLERANCE)
        moves = []
        for name, before in values.items():
            got, wanted, one = array_of(after[name]).ravel(), own(name, double.after).ravel(), own(name, single.after).ravel()
            comparison.add(name, got, one, wanted, lambda run, n=name: own(n, run.after))
            start = before.ravel().astype(np.float64)
            moves.append(float(np.linalg.norm(wanted - start) / np.linalg.norm(start)))
            # What moved less is lost in the rounding of the parameter.
            if moves[-1] >= 1e-5:
                movement.add(name, got - start, one - start, wanted - start)
        buffers = {n: b.numpy() for n, b in base.named_buffers() if b.is_floating_point()}
        for name in statistics:
            sources = [n for n, b in buffers.items() if n in double.after and alike(b, initializers[name])]
            if len(sources) != 1:
                comparison.failures.append(f"{name}: {len(sources)} buffers have its value")
                continue
            read = lambda run, n=sources[0]: run.after[n]  # noqa: E731
            comparison.add(name, array_of(after[name]), read(single), read(double), read)
        moved = {"largest": max(moves), "median": float(np.median(moves)), **movement.report()}
        return comparison, moved

    def job(self, folder: Path, modes: list[str], rate: float) -> dict:
        def save(name: str, value: torch.Tensor) -> dict:
            file = folder / f"{name}.in"
            array = value.numpy()
            file.write_bytes(array.tobytes())
            return {"file": str(file), "type": "int64" if array.dtype == np.int64 else "float32", "dims": list(array.shape)}

        inputs = {name: save(name, value) for name, value in self.case.inputs.items()}
        labels = save("labels", self.case.labels)
        return {"inputs": inputs, "labels": labels, "modes": modes, "steps": STEPS, "learningRate": rate, "out": str(folder)}


def array_of(entry: dict) -> np.ndarray:
    return np.fromfile(entry["file"], dtype=np.float32).reshape(entry["dims"])


def alike(a: np.ndarray, b: np.ndarray) -> bool:
    return a.shape == b.shape and bool(np.linalg.norm(a - b) <= 1e-6 * np.linalg.norm(a))
