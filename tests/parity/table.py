"""The table of the parity tier."""

import os
import platform
import subprocess
from datetime import datetime, timezone
from pathlib import Path

import onnx
import torch
import torchvision
import transformers

HEAD = f"{'model':19} {'exporter':16} {'eval':>16} {'train':>16} {'steps':>16} {'s':>4}  verdict"


def cell(form: dict | None) -> str:
    return "-" if form is None else f"{form['worst']:.0e} ({form['ofLimit']:.2f}) {form['compared']}"


def line(row: dict) -> str:
    forms = row.get("forms", {})
    cells = " ".join(f"{cell(forms.get(form)):>16}" for form in ("eval", "train", "steps"))
    more = "" if row["verdict"] == "passed" else f" {len(row['allFailures'])}: {' '.join(row['allFailures'][0].split())[:120]}"
    if "cause" in row:
        more = f": {row['cause']}"
    return f"{row['model']:19} {row['exporter']:16} {cells} {row.get('seconds', 0):4.0f}  {row['verdict']}{more}"


def whole(rows: list[dict]) -> str:
    """A line a row: the worst relative error, its part of the limit, and how many tensors were compared."""
    totals = counts(rows)
    return "\n".join([HEAD, *map(line, rows), ", ".join(f"{count} {what}" for what, count in totals.items())])


def counts(rows: list[dict]) -> dict[str, int]:
    verdicts = [row["verdict"] for row in rows]
    return {"models": len({r["model"] for r in rows}), **{v: verdicts.count(v) for v in ("passed", "exception", "failed")}}


def commit() -> str:
    """What is checked out, and whether it was changed since."""
    git = ["git", "-C", str(Path(__file__).parent)]
    head = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True).stdout.strip()
    changed = subprocess.run([*git, "status", "--porcelain", "--", ":/src", "."], capture_output=True, text=True).stdout
    others = [line for line in changed.splitlines() if not line.endswith("results.json")]
    return f"{head} and changes" if others else head


def circumstances() -> dict:
    described = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    names = [line.split(": ")[1] for line in described.splitlines() if line.startswith("model name")]
    return {
        "date": datetime.now(timezone.utc).isoformat(timespec="minutes"),
        "commit": commit(),
        "machine": f"{[*names, platform.machine()][0]}, {os.cpu_count()} processors",
        "versions": {
            "torch": torch.__version__,
            "torchvision": torchvision.__version__,
            "transformers": transformers.__version__,
            "onnx": onnx.__version__,
            "python": platform.python_version(),
            "node": subprocess.run(["node", "--version"], capture_output=True, text=True).stdout.strip(),
        },
    }
