"""What the families of models share: cases of one kind of input."""

import sys
from pathlib import Path
from typing import Callable

import torch
from torch import nn

sys.path.append(str(Path(__file__).parent / "../parity"))

from models import BATCH, CLASSES, Case, Scores  # noqa: E402

Make = Callable[[], Case]


def case(build: Callable[[], nn.Module], *shape: int) -> Make:
    """A module of one float input of that shape, without the batch."""

    def make() -> Case:
        return Case(build(), {"x": torch.randn(BATCH, *shape)}, torch.randint(0, CLASSES, (BATCH,)))

    return make


def tokens(build: Callable[[], nn.Module], length: int = 12, words: int = 60) -> Make:
    """A module of one input of token numbers."""

    def make() -> Case:
        ids = torch.randint(3, words, (BATCH, length))
        return Case(build(), {"ids": ids}, torch.randint(0, CLASSES, (BATCH,)))

    return make


def still(config) -> None:
    """Turns off whatever a configuration drops at random."""
    for key, value in list(vars(config).items()):
        if ("drop" in key or "mask_prob" in key or "mask_time" in key) and isinstance(value, float):
            setattr(config, key, 0.0)
        elif hasattr(value, "to_dict"):
            still(value)


def hugging_face(name: str, task: str, inputs: Callable[[], dict[str, torch.Tensor]], **options) -> Make:
    def make() -> Case:
        import transformers

        config = getattr(transformers, f"{name}Config")(**{"num_labels": CLASSES, **options})
        still(config)
        config.use_cache = False
        model = getattr(transformers, f"{name}For{task}")(config)
        values = inputs()
        return Case(Scores(model, list(values)), values, torch.randint(0, CLASSES, (BATCH,)))

    return make


def text_inputs(length: int = 12) -> dict[str, torch.Tensor]:
    ids = torch.randint(3, 60, (BATCH, length))
    mask = torch.ones(BATCH, length, dtype=torch.int64)
    mask[1, length * 2 // 3 :] = 0
    return {"input_ids": ids * mask, "attention_mask": mask}


def text(name: str, length: int = 12, **options) -> Make:
    return hugging_face(
        name, "SequenceClassification", lambda: text_inputs(length), **{"pad_token_id": 0, "vocab_size": 60, **options}
    )


def image(name: str, size: int, **options) -> Make:
    return hugging_face(
        name,
        "ImageClassification",
        lambda: {"pixel_values": torch.randn(BATCH, 3, size, size)},
        **{"image_size": size, **options},
    )


def audio(name: str, shape: tuple[int, ...] = (1600,), task: str = "SequenceClassification", **options) -> Make:
    return hugging_face(name, task, lambda: {"input_values": torch.randn(BATCH, *shape)}, **options)
