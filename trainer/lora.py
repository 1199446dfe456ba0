"""Linear layers whose forward uses one merged weight, W + (alpha / rank) B A, instead of three matrix products.

The merged weight is made anew in the compute type after each optimizer step (`refresh`), at the cost of a few tokens. Gradients reach A
and B exactly as in the unmerged form, and no out x in gradient is ever made. The served policy uses these very merged weights, so the
sampler's model and the trainer's are one.

Layers that read the same input (query, key, value; gate, up) share one product: each is a part, with an A and B of its own.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from trainer.jobs import Lora
from trainer.packed import PackedWeight


class _MergedProduct(torch.autograd.Function):
    """y = x merged^T; the gradient of `merged` goes through the low-rank factors only."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, merged: Tensor, bias: Tensor | None, scale: float, rows: list[int], *factors: Tensor
    ) -> Tensor:
        ctx.save_for_backward(x, merged, *factors)
        ctx.scale, ctx.rows = scale, rows
        return functional.linear(x, merged, bias)

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor | None, ...]:
        x, merged, *factors = ctx.saved_tensors
        grad = upstream[0]
        down, up = factors[: len(ctx.rows)], factors[len(ctx.rows) :]
        grad_x = grad @ merged if ctx.needs_input_grad[0] else None
        flat_x = x.reshape(-1, x.shape[-1])
        flat_grad = grad.reshape(-1, grad.shape[-1])
        low = flat_x @ torch.cat([a.to(x.dtype) for a in down]).t()
        back, grad_up, at, rank_at = [], [], 0, 0
        for part_rows, a, b in zip(ctx.rows, down, up, strict=True):
            part = flat_grad[:, at : at + part_rows]
            grad_up.append((part.t() @ low[:, rank_at : rank_at + a.shape[0]]).to(b.dtype) * ctx.scale)
            back.append(part @ b.to(x.dtype))
            at, rank_at = at + part_rows, rank_at + a.shape[0]
        grad_down = (torch.cat(back, dim=1).t() @ flat_x).to(down[0].dtype) * ctx.scale
        return grad_x, None, None, None, None, *grad_down.split([a.shape[0] for a in down]), *grad_up


class MergedLinear(nn.Module):
    """One or several linear layers of the same input. `names` are their full names in the Hugging Face model.

    Without factors it is a plain frozen layer.
    """

    merged: Tensor

    def __init__(self, parts: dict[str, tuple[Tensor, Tensor | None]], compute: torch.dtype) -> None:
        """`parts` are (weight, bias) by name."""
        super().__init__()
        self.names = list(parts)
        self.rows = [weight.shape[0] for weight, _ in parts.values()]
        self.scale = 1.0
        # Kept out of the parameters: frozen, and in fp32 so that small deltas are not lost when they are added.
        self.weights = [weight.detach().float() for weight, _ in parts.values()]
        biases = [bias.detach() for _, bias in parts.values() if bias is not None]
        self.bias = torch.cat(biases).to(compute) if biases else None
        self.down = nn.ParameterList()
        self.up = nn.ParameterList()
        shape = (sum(self.rows), self.weights[0].shape[1])
        self.register_buffer("merged", torch.empty(shape, dtype=compute, device=self.weights[0].device), persistent=False)
        self.packed: PackedWeight | None = None
        self.refresh()

    def set_lora(self, lora: Lora | None) -> None:
        """Replaces the factors by fresh ones that change nothing yet: B zero, A drawn from torch's generator as PEFT draws it."""
        device, weights = self.merged.device, self.weights if lora is not None else []
        rank = lora.rank if lora is not None else 0
        self.scale = lora.alpha / lora.rank if lora is not None else 1.0
        self.down = nn.ParameterList(torch.empty(rank, weight.shape[1], device=device) for weight in weights)
        self.up = nn.ParameterList(torch.zeros(weight.shape[0], rank, device=device) for weight in weights)
        for a in self.down:
            nn.init.kaiming_uniform_(a, a=math.sqrt(5))
        self.refresh()

    @torch.no_grad()
    def refresh(self) -> None:
        """Makes the merged weight from the base weight and the factors as they are now."""
        at = 0
        for number, weight in enumerate(self.weights):
            target = self.merged[at : at + weight.shape[0]]
            if len(self.up) > 0:
                target.copy_(torch.addmm(weight, self.up[number], self.down[number], alpha=self.scale))
            else:
                target.copy_(weight)
            at += weight.shape[0]
        self.packed = None

    def pack(self) -> None:
        """For decoding: a second copy of the merged weight, laid out for speed, until the next `refresh`."""
        self.packed = PackedWeight(self.merged, self.bias)

    def forward(self, x: Tensor) -> Tensor:
        if self.packed is not None and not torch.is_grad_enabled():
            return self.packed(x)
        if len(self.up) == 0 or not torch.is_grad_enabled():
            return functional.linear(x, self.merged, self.bias)
        factors = (*self.down, *self.up)
        product: Tensor = _MergedProduct.apply(x, self.merged, self.bias, self.scale, self.rows, *factors)
        return product


def merged_layers(network: nn.Module) -> list[MergedLinear]:
    return [module for module in network.modules() if isinstance(module, MergedLinear)]


def set_lora(network: nn.Module, lora: Lora | None) -> None:
    for layer in merged_layers(network):
        layer.set_lora(lora)


def refresh_merged(network: nn.Module) -> None:
    for layer in merged_layers(network):
        layer.refresh()


def named_factors(network: nn.Module) -> dict[str, tuple[nn.Parameter, nn.Parameter]]:
    """(A, B) by the layer's name in the Hugging Face model, sorted, so that optimizer state has one order everywhere."""
    found: dict[str, tuple[nn.Parameter, nn.Parameter]] = {}
    for layer in merged_layers(network):
        for number, name in enumerate(layer.names):
            if len(layer.up) > 0:
                found[name] = (layer.down[number], layer.up[number])
    return dict(sorted(found.items()))
