"""Classifiers as people write them: plain modules of PyTorch, each for an op or an idiom."""

import torch
from torch import nn
from torch.nn import functional as F

from families import BATCH, CLASSES, Case, Make, case, tokens


class Apply(nn.Module):
    """Calls a function with its modules."""

    #: Says to the exporter that the arguments are one tuple.
    names = ("x",)

    def __init__(self, function, **modules: nn.Module | nn.Parameter):
        super().__init__()
        self.function = function
        for name, module in modules.items():
            setattr(self, name, module)

    def forward(self, *x: torch.Tensor) -> torch.Tensor:
        return self.function(self, *x)


def image_net(*middle: nn.Module, width: int = 8) -> nn.Module:
    """A small convolutional classifier around some modules."""
    return nn.Sequential(
        nn.Conv2d(3, width, 3, padding=1), *middle, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.LazyLinear(CLASSES)
    )


def around(*middle, size: int = 10, width: int = 8) -> Make:
    def build() -> nn.Module:
        module = image_net(*(m() for m in middle), width=width)
        module(torch.randn(2, 3, size, size))
        return module

    return case(build, 3, size, size)


def linear(inputs: int, outputs: int = CLASSES) -> nn.Module:
    return nn.Linear(inputs, outputs)


def recurrent(kind: type[nn.RNNBase], take, **options) -> Make:
    def build() -> nn.Module:
        rnn = kind(12, 10, batch_first=True, **options)
        wide = 10 * (2 if options.get("bidirectional") else 1)
        return Apply(lambda m, ids: m.head(take(m.rnn(m.embed(ids)))), embed=nn.Embedding(60, 12), rnn=rnn, head=linear(wide))

    return tokens(build)


def last(result):
    return result[0][:, -1]


def mean(result):
    return result[0].mean(1)


def final_state(result):
    hidden = result[1][0] if isinstance(result[1], tuple) else result[1]
    return hidden[-1]


class TextCnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(60, 12)
        self.convs = nn.ModuleList(nn.Conv1d(12, 6, k) for k in (2, 3, 4))
        self.head = linear(18)

    def forward(self, ids):
        x = self.embed(ids).transpose(1, 2)
        return self.head(torch.cat([F.relu(conv(x)).max(2).values for conv in self.convs], 1))


class TcnBlock(nn.Module):
    def __init__(self, inputs: int, outputs: int, dilation: int):
        super().__init__()
        self.conv = torch.nn.utils.parametrizations.weight_norm(nn.Conv1d(inputs, outputs, 3, dilation=dilation))
        self.down = nn.Conv1d(inputs, outputs, 1)
        self.pad = 2 * dilation

    def forward(self, x):
        return F.relu(F.relu(self.conv(F.pad(x, (self.pad, 0)))) + self.down(x))


class Graph(nn.Module):
    """Messages along edges that are constants, gathered and scattered."""

    def __init__(self):
        super().__init__()
        self.message, self.update, self.head = nn.Linear(6, 8), nn.Linear(14, 8), linear(8)
        self.register_buffer("source", torch.tensor([0, 1, 2, 3, 4, 0, 2]))
        self.register_buffer("target", torch.tensor([1, 2, 3, 4, 0, 2, 4]))

    def forward(self, x):
        m = F.elu(self.message(x))[:, self.source]
        index = self.target[None, :, None].expand(x.shape[0], -1, 8)
        sums = torch.zeros(x.shape[0], 5, 8, dtype=x.dtype).scatter_add(1, index, m)
        return self.head(F.softplus(self.update(torch.cat([x, sums], 2))).mean(1))


class Stn(nn.Module):
    def __init__(self):
        super().__init__()
        self.locate = nn.Linear(3 * 100, 6)
        self.conv, self.head = nn.Conv2d(3, 6, 3), linear(6)

    def forward(self, x):
        theta = 0.3 * torch.tanh(self.locate(x.flatten(1))) + torch.tensor([1.0, 0, 0, 0, 1, 0], dtype=x.dtype)
        grid = F.affine_grid(theta.view(-1, 2, 3), [x.shape[0], 3, 10, 10], align_corners=False)
        return self.head(F.relu(self.conv(F.grid_sample(x, grid, align_corners=False))).mean((2, 3)))


class SetTransformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.Linear(6, 16)
        self.points = nn.Parameter(torch.randn(1, 4, 16))
        self.seed = nn.Parameter(torch.randn(1, 1, 16))
        self.attend = nn.ModuleList(nn.MultiheadAttention(16, 4, batch_first=True) for _ in range(3))
        self.norm, self.head = nn.LayerNorm(16), linear(16)

    def forward(self, x):
        x = self.up(x)
        points, seed = (p.expand(x.shape[0], -1, -1) for p in (self.points, self.seed))
        h = self.attend[0](points, x, x)[0]
        x = self.norm(x + self.attend[1](x, h, h)[0])
        return self.head(self.attend[2](seed, x, x)[0].squeeze(1))


class Kan(nn.Module):
    """Sums of learned splines, as bumps around fixed knots."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.register_buffer("knots", torch.linspace(-2, 2, 7))
        self.weight = nn.Parameter(torch.randn(outputs, inputs, 7) / 6)
        self.base = nn.Parameter(torch.randn(outputs, inputs) / 4)

    def forward(self, x):
        bumps = torch.exp(-((x[..., None] - self.knots) ** 2) / 0.5)
        return torch.einsum("bik,oik->bo", bumps, self.weight) + F.linear(F.silu(x), self.base)


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.ELU(), nn.Conv2d(8, 12, 3, 2, 1), nn.ELU())
        self.up = nn.Sequential(
            nn.ConvTranspose2d(12, 8, 3, 2, 1, output_padding=1), nn.ELU(), nn.ConvTranspose2d(8, 3, 4, 2, 1, groups=1)
        )
        self.head = linear(12 + 3)

    def forward(self, x):
        z = self.down(x)
        return self.head(torch.cat([z.mean((2, 3)), (self.up(z) - x).abs().mean((2, 3))], 1))


class UNet(nn.Module):
    def __init__(self, mode: str):
        super().__init__()
        align = None if mode == "nearest" else False
        self.a, self.b, self.c = nn.Conv2d(3, 6, 3, 1, 1), nn.Conv2d(6, 8, 3, 2, 1), nn.Conv2d(14, 8, 3, 1, 1)
        self.up = nn.Upsample(scale_factor=2, mode=mode, align_corners=align)
        self.head = linear(8)

    def forward(self, x):
        a = F.relu(self.a(x))
        return self.head(F.relu(self.c(torch.cat([a, self.up(F.relu(self.b(a)))], 1))).amax((2, 3)))


class Recommender(nn.Module):
    """Columns of a table: some are categories, some are numbers."""

    def __init__(self):
        super().__init__()
        self.embed = nn.ModuleList(nn.Embedding(n, 6) for n in (10, 20, 30))
        self.norm = nn.BatchNorm1d(4)
        self.net = nn.Sequential(nn.Linear(22, 16), nn.ReLU(), nn.BatchNorm1d(16), nn.Linear(16, CLASSES))

    def forward(self, categories, numbers):
        parts = [embed(categories[:, i]) for i, embed in enumerate(self.embed)]
        return self.net(torch.cat([*parts, self.norm(numbers)], 1))


def table() -> Case:
    inputs = {"categories": torch.randint(0, 10, (BATCH, 3)), "numbers": torch.randn(BATCH, 4)}
    return Case(Recommender(), inputs, torch.randint(0, CLASSES, (BATCH,)))


def encoder(**options):
    def build() -> nn.Module:
        layer = nn.TransformerEncoderLayer(16, 4, 32, dropout=0.0, **{"batch_first": True, **options})
        return Apply(
            lambda m, ids: m.head(m.layers(m.embed(ids) + m.place).mean(1)),
            embed=nn.Embedding(60, 16),
            place=nn.Parameter(torch.randn(12, 16)),
            layers=nn.TransformerEncoder(layer, 2),
            head=linear(16),
        )

    return tokens(build)


def spectral() -> nn.Module:
    return torch.nn.utils.parametrizations.spectral_norm(nn.Conv2d(8, 8, 3))


def mlp(*middle: nn.Module, width: int = 12) -> nn.Module:
    return nn.Sequential(nn.Linear(6, width), *middle, nn.LazyLinear(CLASSES))


def activation(make) -> Make:
    def build() -> nn.Module:
        module = mlp(make())
        module(torch.randn(2, 6))
        return module

    return case(build, 6)


ACTIVATIONS = dict(
    prelu=lambda: nn.PReLU(12),
    rrelu=nn.RReLU,
    hardswish=nn.Hardswish,
    hardsigmoid=nn.Hardsigmoid,
    mish=nn.Mish,
    glu=nn.GLU,
    selu=nn.SELU,
    celu=lambda: nn.CELU(0.7),
    softsign=nn.Softsign,
    tanhshrink=nn.Tanhshrink,
    softshrink=nn.Softshrink,
    hardshrink=nn.Hardshrink,
    hardtanh=nn.Hardtanh,
    threshold=lambda: nn.Threshold(0.1, 0.2),
    log_sigmoid=nn.LogSigmoid,
    softmin=lambda: nn.Softmin(1),
    gelu_tanh=lambda: nn.GELU("tanh"),
    softplus=lambda: nn.Softplus(2.0),
    relu6=nn.ReLU6,
    rms_norm=lambda: nn.RMSNorm(12),
)

MODELS: dict[str, Make] = {
    "lstm": recurrent(nn.LSTM, last, num_layers=2),
    "lstm_bidirectional": recurrent(nn.LSTM, mean, bidirectional=True),
    "lstm_state": recurrent(nn.LSTM, final_state, bias=False),
    "lstm_mean": recurrent(nn.LSTM, mean),
    "gru": recurrent(nn.GRU, final_state),
    "gru_bidirectional": recurrent(nn.GRU, mean, bidirectional=True, num_layers=2),
    "rnn_relu": recurrent(nn.RNN, last, nonlinearity="relu"),
    "text_cnn": tokens(TextCnn),
    "embedding_bag": tokens(lambda: nn.Sequential(nn.EmbeddingBag(60, 12, mode="mean"), nn.Linear(12, CLASSES))),
    "embedding_bag_max": tokens(lambda: nn.Sequential(nn.EmbeddingBag(60, 12, mode="max"), nn.Linear(12, CLASSES))),
    "fasttext": tokens(lambda: Apply(lambda m, ids: m.head(m.e(ids).mean(1)), e=nn.Embedding(60, 12), head=linear(12))),
    "audio_conv1d": case(
        lambda: nn.Sequential(
            nn.Conv1d(1, 8, 9, 4), nn.BatchNorm1d(8), nn.ReLU(), nn.MaxPool1d(4), nn.Conv1d(8, 12, 3), nn.BatchNorm1d(12),
            nn.ReLU(), nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(12, CLASSES),
        ),
        1,
        200,
    ),
    "tcn": case(
        lambda: Apply(lambda m, x: m.head(m.b(m.a(x))[:, :, -1]), a=TcnBlock(3, 8, 1), b=TcnBlock(8, 8, 2), head=linear(8)),
        3,
        20,
    ),
    "graph": case(Graph, 5, 6),
    "set_transformer": case(SetTransformer, 7, 6),
    "kan": case(lambda: nn.Sequential(Kan(6, 8), Kan(8, CLASSES)), 6),
    "bilinear": case(
        lambda: Apply(lambda m, x: m.head(F.relu(m.two(x[:, :4], x[:, 4:]))), two=nn.Bilinear(4, 4, 8), head=linear(8)), 8
    ),
    "einsum": case(
        lambda: Apply(
            lambda m, x: torch.einsum("bij,ick,bkj->bc", x, m.core, x), core=nn.Parameter(torch.randn(4, CLASSES, 4))
        ),
        4,
        6,
    ),
    "multihead_attention": case(
        lambda: Apply(
            lambda m, x: m.head(m.attend(x, x, x, need_weights=True)[0].mean(1)),
            attend=nn.MultiheadAttention(16, 4, batch_first=True),
            head=linear(16),
        ),
        7,
        16,
    ),
    "encoder": encoder(),
    "encoder_gelu_first": encoder(activation="gelu", norm_first=True),
    "group_norm": around(lambda: nn.GroupNorm(4, 8), nn.SiLU),
    "instance_norm": around(lambda: nn.InstanceNorm2d(8, affine=True), nn.ReLU),
    "instance_norm_tracked": around(lambda: nn.InstanceNorm2d(8, affine=True, track_running_stats=True), nn.ReLU),
    "local_response_norm": around(lambda: nn.LocalResponseNorm(5), nn.ReLU),
    "batch_norm_not_affine": around(lambda: nn.BatchNorm2d(8, affine=False), nn.ReLU),
    "batch_norm_untracked": around(lambda: nn.BatchNorm2d(8, track_running_stats=False), nn.ReLU),
    "pixel_shuffle": around(lambda: nn.PixelShuffle(2), nn.ReLU, lambda: nn.Conv2d(2, 4, 3)),
    "pixel_unshuffle": around(lambda: nn.PixelUnshuffle(2), nn.ReLU, lambda: nn.Conv2d(32, 4, 3)),
    "upsample_bilinear": around(lambda: nn.Upsample(scale_factor=2, mode="bilinear"), nn.ReLU, lambda: nn.Conv2d(8, 4, 3, 2)),
    "upsample_bicubic": around(lambda: nn.Upsample(size=(13, 17), mode="bicubic"), nn.ReLU, lambda: nn.Conv2d(8, 4, 3, 2)),
    "upsample_nearest": around(lambda: nn.Upsample(size=(23, 17)), nn.ReLU, lambda: nn.Conv2d(8, 4, 3, 2)),
    "adaptive_avg_uneven": around(lambda: nn.AdaptiveAvgPool2d((3, 4)), nn.Tanh),
    "adaptive_max_uneven": around(lambda: nn.AdaptiveMaxPool2d((3, 4)), nn.Tanh),
    "avg_pool_ceil": around(lambda: nn.AvgPool2d(3, 2, 1, ceil_mode=True), nn.Tanh),
    "avg_pool_exclude": around(lambda: nn.AvgPool2d(3, 2, 1, count_include_pad=False), nn.Tanh),
    "max_pool_ceil": around(lambda: nn.MaxPool2d(3, 2, 1, ceil_mode=True), nn.Tanh),
    "lp_pool": around(lambda: nn.LPPool2d(2, 3, 2), nn.Tanh),
    "unfold": around(lambda: nn.Unfold(3), lambda: nn.Unflatten(2, (8, 8))),
    "reflect_pad": around(lambda: nn.ReflectionPad2d(2), lambda: nn.Conv2d(8, 6, 3), nn.ReLU, lambda: nn.ReplicationPad2d(1), lambda: nn.Conv2d(6, 6, 3)),
    "circular_conv": around(lambda: nn.Conv2d(8, 6, 3, padding=1, padding_mode="circular"), nn.ReLU),
    "dilated_grouped": around(lambda: nn.Conv2d(8, 8, 3, padding=2, dilation=2, groups=4), nn.ReLU),
    "weight_norm": around(lambda: torch.nn.utils.parametrizations.weight_norm(nn.Conv2d(8, 8, 3)), nn.ReLU),
    "spectral_norm": around(spectral, nn.ReLU),
    "dropouts": around(nn.Dropout2d, nn.AlphaDropout, nn.FeatureAlphaDropout, nn.ReLU),
    "stn": case(Stn, 3, 10, 10),
    "autoencoder": case(Autoencoder, 3, 12, 12),
    "unet_nearest": case(lambda: UNet("nearest"), 3, 12, 12),
    "unet_bilinear": case(lambda: UNet("bilinear"), 3, 12, 12),
    "conv3d": case(lambda: nn.Sequential(nn.Conv3d(1, 6, 3), nn.BatchNorm3d(6), nn.ReLU(), nn.AdaptiveMaxPool3d(1), nn.Flatten(), linear(6)), 1, 6, 8, 8),
    "conv_transpose3d": case(lambda: nn.Sequential(nn.ConvTranspose3d(1, 4, 3, 2), nn.ReLU(), nn.AdaptiveAvgPool3d(1), nn.Flatten(), linear(4)), 1, 3, 4, 4),
    "all_convolutional": case(lambda: nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, CLASSES, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten()), 3, 10, 10),
    "softmax_end": case(lambda: nn.Sequential(nn.Linear(6, 12), nn.Tanh(), nn.Linear(12, CLASSES), nn.Softmax(1)), 6),
    "log_softmax_end": case(lambda: nn.Sequential(nn.Linear(6, 12), nn.Tanh(), nn.Linear(12, CLASSES), nn.LogSoftmax(1)), 6),
    "cosine_head": case(
        lambda: Apply(
            lambda m, x: 8 * F.linear(F.normalize(m.up(x)), F.normalize(m.prototypes)),
            up=nn.Linear(6, 12),
            prototypes=nn.Parameter(torch.randn(CLASSES, 12)),
        ),
        6,
    ),
    "prototypes_cdist": case(
        lambda: Apply(
            lambda m, x: -torch.cdist(m.up(x), m.prototypes), up=nn.Linear(6, 12), prototypes=nn.Parameter(torch.randn(CLASSES, 12))
        ),
        6,
    ),
    "logistic_regression": case(lambda: nn.Linear(6, CLASSES), 6),
    "tied": tokens(lambda: Apply(lambda m, ids: m.head(torch.tanh(m.e(ids).mean(1) @ m.e.weight.t())), e=nn.Embedding(60, 12), head=linear(60))),
    "moe": case(
        lambda: Apply(
            lambda m, x: torch.einsum("be,beo->bo", m.gate(x).softmax(1), torch.stack([e(x) for e in m.experts], 1)),
            gate=nn.Linear(6, 3),
            experts=nn.ModuleList(nn.Linear(6, CLASSES) for _ in range(3)),
        ),
        6,
    ),
    "top_k_pool": case(
        lambda: Apply(lambda m, x: m.head(m.up(x).topk(3, dim=1).values.mean(1)), up=nn.Linear(6, 12), head=linear(12)), 7, 6
    ),
    "masked_mean": tokens(
        lambda: Apply(
            lambda m, ids: m.head((m.e(ids) * (ids > 20)[..., None]).sum(1) / (ids > 20).sum(1, keepdim=True).clamp(min=1)),
            e=nn.Embedding(60, 12),
            head=linear(12),
        )
    ),
    "std_pool": case(
        lambda: Apply(lambda m, x: m.head(torch.cat([m.up(x).mean(1), m.up(x).std(1)], 1)), up=nn.Linear(6, 12), head=linear(24)), 7, 6
    ),
    "cumsum_logsumexp": case(
        lambda: Apply(lambda m, x: m.head(torch.cumsum(m.up(x), 1)[:, -1] + m.up(x).logsumexp(1)), up=nn.Linear(6, 12), head=linear(12)), 7, 6
    ),
    "rfft": case(
        lambda: Apply(lambda m, x: m.head(torch.view_as_real(torch.fft.rfft(m.up(x), dim=1)).pow(2).sum(-1).mean(1)), up=nn.Linear(6, 12), head=linear(12)), 8, 6
    ),
    "scaled_dot_product": case(
        lambda: Apply(
            lambda m, x: m.head(F.scaled_dot_product_attention(*m.qkv(x).view(x.shape[0], 7, 3, 4, 4).permute(2, 0, 3, 1, 4), is_causal=True).mean(2).flatten(1)),
            qkv=nn.Linear(16, 48),
            head=linear(16),
        ),
        7,
        16,
    ),
    "table": table,
    **{f"activation_{name}": activation(make) for name, make in ACTIVATIONS.items()},
}
