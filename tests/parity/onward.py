"""Onward, in a process of its own that has loaded one file."""

import json
import subprocess
from pathlib import Path


class Onward:
    """Answers what it trains, then what a job asks for."""

    def __init__(self, dist: str, model: Path):
        command = ["node", str(Path(__file__).parent / "gradients.mjs"), dist, str(model)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def __enter__(self) -> "Onward":
        return self

    def __exit__(self, *_) -> None:
        self.process.kill()
        self.process.communicate()

    def answer(self) -> dict:
        line = self.process.stdout.readline()
        if line:
            return json.loads(line)
        error = self.process.stderr.read()[-2000:]
        return {"error": error or f"exit code {self.process.wait()}", "seconds": {}}

    def ask(self, job: dict) -> dict:
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        return self.answer()
