"""The models of the parity tier: small images or tiny configurations, random weights, nothing dropped."""

from dataclasses import dataclass
from typing import Callable

import torch
import torchvision
from torch import nn

import kinks

CLASSES = 5
BATCH = 3
#: How many batches are drawn in search of one without close maxima.
BATCHES = 4


@dataclass
class Case:
    """A model and one batch."""

    module: nn.Module
    inputs: dict[str, torch.Tensor]
    labels: torch.Tensor


class Scores(nn.Module):
    """Calls a model by the names of its inputs and gives its scores alone."""

    def __init__(self, inner: nn.Module, names: list[str]):
        super().__init__()
        self.inner = inner
        self.names = names

    def forward(self, *values: torch.Tensor) -> torch.Tensor:
        return self.inner(**dict(zip(self.names, values))).logits


def image_model(build: Callable[[], nn.Module], size: int) -> Callable[[], Case]:
    def make() -> Case:
        return Case(build(), {"x": torch.randn(BATCH, 3, size, size)}, torch.randint(0, CLASSES, (BATCH,)))

    return make


def vision(name: str, size: int, **options) -> Callable[[], Case]:
    return image_model(lambda: getattr(torchvision.models, name)(num_classes=CLASSES, **options), size)


def maxvit() -> nn.Module:
    """maxvit_t with windows of 2, so that it takes images of 64."""
    return torchvision.models.MaxVit(
        input_size=(64, 64),
        stem_channels=64,
        partition_size=2,
        block_channels=[64, 128, 256, 512],
        block_layers=[2, 2, 5, 2],
        head_dim=32,
        stochastic_depth_prob=0.0,
        num_classes=CLASSES,
    )


def vgg11_bn() -> nn.Module:
    """vgg11_bn for images of 96: its pooling changes nothing there, as the usual one does not for images of 224.

    The TorchScript-based exporter writes no pooling of 3x3 to 7x7, and images of 224 take too long to keep away from kinks.
    """
    module = torchvision.models.vgg11_bn(num_classes=CLASSES, dropout=0.0)
    module.avgpool = nn.AdaptiveAvgPool2d(3)
    module.classifier[0] = nn.Linear(512 * 3 * 3, 4096)
    return module


TINY = dict(
    hidden_size=32,
    num_hidden_layers=2,
    num_attention_heads=4,
    intermediate_size=64,
    hidden_dropout_prob=0.0,
    attention_probs_dropout_prob=0.0,
)
TEXT = dict(vocab_size=60, max_position_embeddings=40)


def text_model(name: str, **options) -> Callable[[], Case]:
    def make() -> Case:
        import transformers

        config = getattr(transformers, f"{name}Config")(num_labels=CLASSES, **options)
        model = getattr(transformers, f"{name}ForSequenceClassification")(config)
        ids = torch.randint(3, 60, (BATCH, 12))
        mask = torch.ones(BATCH, 12, dtype=torch.int64)
        mask[1, 7:] = 0
        mask[2, 10:] = 0
        ids = ids * mask + (1 - mask) * (config.pad_token_id or 0)
        inputs = {"input_ids": ids, "attention_mask": mask}
        return Case(Scores(model, list(inputs)), inputs, torch.randint(0, CLASSES, (BATCH,)))

    return make


def hugging_face_image_model(name: str, size: int, **options) -> Callable[[], Case]:
    def make() -> Case:
        import transformers

        config = getattr(transformers, f"{name}Config")(num_labels=CLASSES, image_size=size, **options)
        model = getattr(transformers, f"{name}ForImageClassification")(config)
        inputs = {"pixel_values": torch.randn(BATCH, 3, size, size)}
        return Case(Scores(model, list(inputs)), inputs, torch.randint(0, CLASSES, (BATCH,)))

    return make


MODELS: dict[str, Callable[[], Case]] = {
    "resnet18": vision("resnet18", 64),
    "mobilenet_v2": vision("mobilenet_v2", 64),
    "bert": text_model("Bert", **TINY, **TEXT),
    "vit": hugging_face_image_model("ViT", 16, patch_size=4, **TINY),
    "alexnet": vision("alexnet", 224, dropout=0.0),
    "vgg11_bn": image_model(vgg11_bn, 96),
    "resnext50_32x4d": vision("resnext50_32x4d", 64),
    "wide_resnet50_2": vision("wide_resnet50_2", 64),
    "densenet121": vision("densenet121", 64),
    "squeezenet1_1": vision("squeezenet1_1", 64, dropout=0.0),
    "inception_v3": vision("inception_v3", 107, aux_logits=False, init_weights=False, dropout=0.0),
    "googlenet": vision("googlenet", 64, aux_logits=False, init_weights=False, dropout=0.0),
    "mobilenet_v3_small": vision("mobilenet_v3_small", 64, dropout=0.0),
    "shufflenet_v2_x0_5": vision("shufflenet_v2_x0_5", 64),
    "mnasnet0_5": vision("mnasnet0_5", 64, dropout=0.0),
    "efficientnet_b0": vision("efficientnet_b0", 64, dropout=0.0),
    "efficientnet_v2_s": vision("efficientnet_v2_s", 64, dropout=0.0),
    "regnet_y_400mf": vision("regnet_y_400mf", 64),
    "convnext_tiny": vision("convnext_tiny", 64),
    "vit_b_16": vision("vit_b_16", 48, image_size=48),
    "swin_t": vision("swin_t", 64),
    "swin_v2_t": vision("swin_v2_t", 64),
    "maxvit_t": image_model(maxvit, 64),
    "distilbert": text_model(
        "DistilBert",
        vocab_size=60,
        max_position_embeddings=40,
        dim=32,
        n_layers=2,
        n_heads=4,
        hidden_dim=64,
        dropout=0.0,
        attention_dropout=0.0,
        seq_classif_dropout=0.0,
    ),
    "roberta": text_model("Roberta", **TINY, **TEXT),
    "albert": text_model("Albert", embedding_size=16, classifier_dropout_prob=0.0, **TINY, **TEXT),
    "mobilebert": text_model("MobileBert", **TINY, **TEXT, embedding_size=16, intra_bottleneck_size=16),
    "deit": hugging_face_image_model("DeiT", 16, patch_size=4, **TINY),
    "convnextv2": hugging_face_image_model(
        "ConvNextV2", 64, hidden_sizes=[8, 16, 32, 64], depths=[2, 2, 3, 2], drop_path_rate=0.0
    ),
}


def draw_batch(name: str, case: Case, attempt: int) -> None:
    """Another batch for the same model."""
    torch.manual_seed(1000 * attempt + list(MODELS).index(name))
    for key, value in case.inputs.items():
        if value.is_floating_point():
            case.inputs[key] = torch.randn_like(value)
        elif key == "input_ids":
            drawn = torch.randint(3, 60, value.shape)
            case.inputs[key] = torch.where(case.inputs["attention_mask"] == 1, drawn, value)
    case.labels = torch.randint(0, CLASSES, (BATCH,))


def repeated(values: torch.Tensor) -> torch.Tensor:
    """Which elements have a value that an earlier one has."""
    order = values.argsort(stable=True)
    ordered = values[order]
    mask = torch.zeros(len(values), dtype=torch.bool)
    mask[order[1:]] = ordered[1:] == ordered[:-1]
    return mask


def make_case(name: str) -> tuple[Case, dict]:
    """A model and a batch that keep away from kinks: of several batches the first that does, or the one that does best."""
    case = perturbed_case(name)
    found: list[kinks.Closeness] = []
    for batch in range(BATCHES):
        if batch > 0:
            draw_batch(name, case, batch)
        found.append(kinks.settle(case))
        if found[-1].none:
            return case, {"batch": batch, **vars(found[-1])}
    best = min(range(1, BATCHES), key=lambda i: found[i].values + found[i].maxima)
    draw_batch(name, case, best)
    return case, {"batch": best, **vars(kinks.settle(case))}


def perturbed_case(name: str) -> Case:
    """A model with every parameter and buffer perturbed: exporters merge equal ones."""
    torch.manual_seed(1 + list(MODELS).index(name))
    case = MODELS[name]()
    for module in case.module.modules():
        if isinstance(module, (nn.Dropout, nn.Dropout2d)):
            module.p = 0.0
        if isinstance(module, torchvision.ops.StochasticDepth):
            module.p = 0.0
        if isinstance(module, nn.Embedding):
            # PyTorch gives this row no gradient; a file does not say which row it was.
            module.padding_idx = None
    with torch.no_grad():
        for parameter in case.module.parameters():
            # Of equal values, rounding can leave a deviation that is not zero.
            varied = parameter.numel() > 1 and parameter.std() > 1e-4 * parameter.abs().mean()
            scale = parameter.std() if varied else torch.tensor(0.5)
            parameter += 0.2 * scale * torch.randn_like(parameter)
            # Tensors that the exporters pick elements from are matched by value: no two may be equal.
            flat = parameter.view(-1)
            while parameter.numel() < 10_000 and (again := repeated(flat)).any():
                flat[again] += 0.1 * scale * torch.randn(int(again.sum()))
        for name, buffer in case.module.named_buffers():
            if not buffer.is_floating_point():
                continue
            if name.endswith("running_var"):
                buffer += 0.4 * torch.rand_like(buffer)
            else:
                buffer += 0.1 * torch.randn_like(buffer)
    return case
