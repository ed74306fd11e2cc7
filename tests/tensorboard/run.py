"""Reads our event files with TensorBoard's own readers.

Usage: python tests/tensorboard/run.py   (after npm run build; needs tensorboard)

Checked, of a run that was killed in the middle of a record and resumed: EventAccumulator, the directory loader and the data
server return every value (rounded to float32), step and time that was written, NaN and infinities too, and none that became
void when the run was resumed.
"""

import json
import math
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import tensorboard
from tensorboard.backend.event_processing import directory_loader, event_file_loader, io_wrapper
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.context import RequestContext
from tensorboard.data import server_ingester
from tensorboard.util import grpc_util, tensor_util

ROOT = Path(__file__).resolve().parents[2]
FAILED = 6  # the epoch in which the first process dies


def value_of(tag: str, step: int) -> float:
    special = {("train/loss", 2): math.nan, ("val/loss", 3): math.inf, ("val/loss", 9): -math.inf}
    return special.get((tag, step), math.sin(len(tag) * 7 + step) * 10 ** (step - 5))


def point(tag: str, step: int, shift: float = 0.0):
    value = value_of(tag, step) + shift
    text = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(str(value), value)
    return [tag, step, text, 1.75e9 + step + 0.125]


TAGS = ["train/loss", "val/loss", "val/accuracy", "train/learningRate"]
job = [
    # Epochs 5 and 6 are done once more by the second process, with other values here to tell them apart.
    {"points": [point(t, s, 1.0 if s >= 5 else 0.0) for s in range(1, FAILED + 1) for t in TAGS], "torn": True},
    {"from": 5, "points": [point(t, s) for s in range(5, 12) for t in TAGS]},
]


def rounded(value: float) -> float:
    return struct.unpack("<f", struct.pack("<f", value))[0]


wanted = {t: [(s, 1.75e9 + s + 0.125, rounded(value_of(t, s))) for s in range(1, 12)] for t in TAGS}


def check(reader: str, got: dict) -> None:
    assert sorted(got) == sorted(wanted), f"{reader}: tags {sorted(got)}"
    for tag, points in wanted.items():
        assert str(got[tag]) == str(points), f"{reader}, {tag}:\n{got[tag]}\n{points}"
    print(f"{reader}: {sum(map(len, got.values()))} values of {len(got)} tags as written")


with tempfile.TemporaryDirectory() as folder:
    Path(folder, "job.json").write_text(json.dumps(job))
    run = Path(folder, "run")
    runs = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "dist" / "runs")
    writer = ROOT / "tests" / "tensorboard" / "write-events.mjs"
    subprocess.run(["node", str(writer), runs, str(run), str(Path(folder, "job.json"))], check=True)

    events = EventAccumulator(str(run))
    events.Reload()
    scalars = {tag: [(e.step, e.wall_time, e.value) for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]}
    check("EventAccumulator", scalars)

    # The loader that the server itself uses; what became void is for its caller to drop.
    loader = directory_loader.DirectoryLoader(str(run), event_file_loader.TimestampedEventFileLoader, io_wrapper.IsTensorFlowEventsFile)
    loaded = {}
    for event in loader.Load():
        if event.HasField("session_log"):
            loaded = {tag: [p for p in points if p[0] < event.step] for tag, points in loaded.items()}
        for value in event.summary.value:
            assert value.metadata.plugin_data.plugin_name == "scalars"
            number = tensor_util.make_ndarray(value.tensor).item()
            loaded.setdefault(value.tag, []).append((event.step, event.wall_time, number))
    check("DirectoryLoader", loaded)

    # The server that `tensorboard --logdir` starts where its package is installed.
    ingester = server_ingester.SubprocessServerDataIngester(
        server_binary=server_ingester.get_server_binary(),
        logdir=folder,
        reload_interval=5,
        channel_creds_type=grpc_util.ChannelCredsType.LOCAL,
    )
    ingester.start()
    provider, context = ingester.data_provider, RequestContext()
    query = {"experiment_id": "", "plugin_name": "scalars"}
    for _attempt in range(100):
        listed = provider.list_scalars(context, **query).get("run", {})
        if sorted(listed) == sorted(wanted) and all(series.max_step == 11 for series in listed.values()):
            break
        time.sleep(0.1)
    served = provider.read_scalars(context, **query, downsample=10**6)["run"]
    check("data server", {tag: [(d.step, d.wall_time, d.value) for d in data] for tag, data in served.items()})

print(f"tensorboard {tensorboard.__version__}: all as written")
