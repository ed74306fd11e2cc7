"""Finds the matrix products of a training step: those of linear layers, convolutions and attention, and of their gradients."""

from collections import Counter

import torch
from torch.utils._python_dispatch import TorchDispatchMode

aten = torch.ops.aten


class Products(TorchDispatchMode):
    """Collects the [batch, m, k, n] of a forward pass's products, and which side of each the layer's input is."""

    def __init__(self):
        super().__init__()
        self.found = []

    def __torch_dispatch__(self, name, types, values=(), named=None):
        result = name(*values, **(named or {}))
        if name == aten.addmm.default:
            self.add([1, *values[1].shape, values[2].shape[1]])
        elif name == aten.mm.default:
            self.add([1, *values[0].shape, values[1].shape[1]])
        elif name == aten.bmm.default:
            self.add([*values[0].shape, values[1].shape[2]])
        elif name == aten.convolution.default:
            # The weight multiplies the unfolded input.
            weight, groups = values[1], values[-1]
            size, _, height, width = result.shape
            self.add([groups, weight.shape[0] // groups, weight[0].numel(), size * height * width], "right")
        elif name == aten._scaled_dot_product_flash_attention_for_cpu.default:
            query, key = values[0].shape, values[1].shape
            batch = query[0] * query[1]
            self.add([batch, query[2], query[3], key[2]])
            self.add([batch, query[2], key[2], query[3]])
        return result

    def add(self, shape, side="left"):
        self.found.append((shape, side))


def products_of(model, inputs):
    """Each shape [batch, m, k, n] with how often a training step multiplies so."""
    with Products() as products:
        model(*inputs)
    counts = Counter()
    for i, ((b, m, k, n), side) in enumerate(products.found):
        counts[b, m, k, n] += 1
        left, right = (b, m, n, k), (b, k, m, n)
        # The gradient of the data itself is not needed; of what an embedding gives it is.
        data = i == 0 and inputs[0].is_floating_point()
        if not (data and side == "left"):
            counts[left] += 1
        if not (data and side == "right"):
            counts[right] += 1
    return [{"shape": shape, "count": count} for shape, count in counts.items()]
