"""Runs a PyTorch model with the tensors of an exported file as its own parameters.

An exporter may transpose a weight, scale it, copy it for each use, take rows of it, or compute constants from it. Each way the
file has other parameters than the model, with other gradients and other steps. So every tensor that a function of the model is
given, and that does not depend on the batch, is looked up by value among the file's; where it is found, a leaf tensor takes its
place. What autograd then says of the leaves is the reference, and a parameter of the model that still gets a gradient of its own
is one that the file's parameters do not cover.
"""

from dataclasses import dataclass, field

import numpy as np
import torch
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_flatten, tree_unflatten

import matching

FILLS = ["zeros", "ones", "full", "empty"]
#: What only takes the shape of a tensor of the batch.
SHAPE_ONLY = {f"{name}_like" for name in FILLS} | {f"new_{name}" for name in [*FILLS, "tensor"]}


@dataclass
class Place:
    """One tensor that one call of a function is given: leaves, and how they make it up."""

    matches: list[matching.Match]

    def value(self, given: torch.Tensor, leaves: dict[str, torch.Tensor]) -> torch.Tensor:
        if len(self.matches) == 1 and self.matches[0].index is None:
            return self.matches[0].whole(leaves, given.shape)
        flat = given.detach().reshape(-1)
        for match in self.matches:
            flat = match.put(flat, leaves)
        return flat.reshape(given.shape)


@dataclass
class Plan:
    """Where the tensors of a file stand in a model."""

    places: dict[tuple[int, int], Place] = field(default_factory=dict)
    #: The parameter of the model that a leaf is, but for the order of its elements, where that is all.
    sources: dict[str, matching.Match] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    #: Copies of one tensor whose uses could not be told apart.
    unclear: list[str] = field(default_factory=list)


class Calls(TorchFunctionMode):
    """Asks `choose(call, position, tensor, final)` for each float tensor that does not depend on the batch."""

    def __init__(self, choose, batch: list[torch.Tensor]):
        super().__init__()
        self.choose = choose
        self.call = 0
        for tensor in batch:
            tensor.of_batch = True

    def __torch_function__(self, func, types, args=(), kwargs=None):
        flat, spec = tree_flatten((args, kwargs or {}))
        tensors = [i for i, a in enumerate(flat) if isinstance(a, torch.Tensor)]
        name = getattr(func, "__name__", "")
        batch = any(getattr(flat[i], "of_batch", False) for i in tensors) and name not in SHAPE_ONLY
        leaf = any(getattr(flat[i], "of_leaf", False) for i in tensors)
        settled = {"batch": batch, "leaf": leaf}
        free = [i for i in tensors if candidate(flat[i])]
        if any(flat[i].is_floating_point() for i in tensors):
            self.call += 1
        for i in free:
            flat[i] = self.asked(i, flat[i], batch, settled)
        args, kwargs = tree_unflatten(flat, spec)
        if name == "linear" and not batch and len(free) > 1:
            # Exporters write it as a product and a sum, and may fold the first.
            product = torch.matmul(args[0], args[1].t())
            result = self.asked(len(flat), product, batch, settled)
            bias = args[2] if len(args) > 2 else kwargs.get("bias")
            result = result if bias is None else result + bias
        else:
            result = func(*args, **kwargs)
        changed = [result, args[0]] if in_place(name) else [result]
        for tensor in tree_flatten(changed)[0]:
            if isinstance(tensor, torch.Tensor) and name != "__get__":
                if settled["batch"]:
                    tensor.of_batch = True
                if settled["leaf"]:
                    tensor.of_leaf = True
        return result

    def asked(self, position: int, tensor: torch.Tensor, final: bool, settled: dict[str, bool]) -> torch.Tensor:
        chosen = self.choose(self.call, position, tensor, final)
        if chosen is None:
            return tensor
        settled["leaf"] = True
        return chosen


def in_place(name: str) -> bool:
    return name == "__setitem__" or name.startswith("__i") or (name.endswith("_") and not name.endswith("__"))


def candidate(value: torch.Tensor) -> bool:
    return (
        value.is_floating_point()
        and value.numel() > 1
        and not getattr(value, "of_batch", False)
        and not getattr(value, "of_leaf", False)
    )


def call(module: torch.nn.Module, inputs: list[torch.Tensor], choose) -> torch.Tensor:
    values = [value.clone() for value in inputs]
    with Calls(choose, values):
        return module(*values)


def plan(module: torch.nn.Module, inputs: list[torch.Tensor], exported: dict[str, np.ndarray]) -> Plan:
    """Finds the file's tensors, in the order of their first use there, in the functions that the model calls."""
    result = Plan()
    finder = matching.Finder(exported)
    names = {id(p): name for name, p in module.named_parameters()}
    copies: dict[str, list[str]] = {}

    def whole(number: int, position: int, tensor: torch.Tensor, final: bool) -> torch.Tensor | None:
        matches = finder.alike(tensor.detach().numpy())
        if len(matches) > 1:
            if not final:
                return None
            first = matches[0].name
            left = copies.setdefault(first, [m.name for m in matches])
            if not left:
                result.unclear.append(first)
                return None
            wanted = left.pop(0)
            matches = [m for m in matches if m.name == wanted]
        if not matches:
            return None
        result.places[number, position] = Place(matches)
        result.used.add(matches[0].name)
        source = names.get(id(tensor))
        if source is not None and matches[0].scale == 1.0 and source not in {m.name for m in result.sources.values()}:
            result.sources[matches[0].name] = matching.Match(source, matches[0].axes, matches[0].shape)
        # The mark alone is needed: what comes from a leaf is not looked up again.
        return tensor.detach().clone()

    with torch.no_grad():
        call(module, inputs, whole)
        if len(result.used) < len(exported):
            parts = matching.Parts({name: value for name, value in exported.items() if name not in result.used})

            def part(number: int, position: int, tensor: torch.Tensor, final: bool) -> torch.Tensor | None:
                if (number, position) in result.places:
                    return tensor.detach().clone()
                matches = parts.found(tensor.detach().numpy())
                if not matches:
                    return None
                result.places[number, position] = Place(matches)
                result.used.update(m.name for m in matches)
                return tensor.detach().clone()

            call(module, inputs, part)
    return result


def replay(module: torch.nn.Module, inputs: list[torch.Tensor], given: Plan, leaves: dict[str, torch.Tensor]) -> torch.Tensor:
    """The scores of the model, with leaves in the places of the plan."""

    def choose(number: int, position: int, tensor: torch.Tensor, final: bool) -> torch.Tensor | None:
        place = given.places.get((number, position))
        return None if place is None else place.value(tensor, leaves)

    return call(module, inputs, choose)
