"""Linear layers with LoRA whose forward uses the merged weight: one matrix product instead of three.

The merged weight W + (alpha / rank) B A is made anew, in the compute type, after each optimizer step (`refresh`): the cost of a few
tokens. Gradients reach A and B exactly as in the unmerged form, without an out x in gradient ever being made. The served policy uses
these very merged weights, so sampler and trainer cannot drift apart.

Several layers that read the same input (query, key, value; gate, up) can share one product: each is a part with its own A and B.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional


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


class MergedLoraLinear(nn.Module):
    """Stands for one or several nn.Linear with the same input. `names` are their full names in the base model."""

    merged: Tensor

    def __init__(self, linears: dict[str, nn.Linear], rank: int, alpha: float, compute: torch.dtype) -> None:
        super().__init__()
        self.names = list(linears)
        self.rows = [linear.out_features for linear in linears.values()]
        self.scale = alpha / rank
        biases = [linear.bias.detach() for linear in linears.values() if linear.bias is not None]
        self.bias = torch.cat(biases).to(compute) if biases else None
        self.weights = [linear.weight.detach() for linear in linears.values()]
        self.down = nn.ParameterList(torch.empty(rank, w.shape[1], device=w.device) for w in self.weights)
        self.up = nn.ParameterList(torch.zeros(w.shape[0], rank, device=w.device) for w in self.weights)
        for a in self.down:
            nn.init.kaiming_uniform_(a, a=math.sqrt(5))  # PEFT's own start
        shape = (sum(self.rows), self.weights[0].shape[1])
        self.register_buffer("merged", torch.empty(shape, dtype=compute, device=self.weights[0].device), persistent=False)
        self.refresh()

    @torch.no_grad()
    def refresh(self) -> None:
        """Makes the merged weight from the base weight and the factors as they are now."""
        at = 0
        for weight, a, b in zip(self.weights, self.down, self.up, strict=True):
            self.merged[at : at + weight.shape[0]] = torch.addmm(weight.float(), b, a, alpha=self.scale)
            at += weight.shape[0]

    def forward(self, x: Tensor) -> Tensor:
        product: Tensor = _MergedProduct.apply(x, self.merged, self.bias, self.scale, self.rows, *self.down, *self.up)  # type: ignore[no-untyped-call]
        return product

    def factors(self) -> dict[str, tuple[nn.Parameter, nn.Parameter]]:
        """(A, B) by the full name of the layer each belongs to."""
        return {name: (self.down[i], self.up[i]) for i, name in enumerate(self.names)}


def lora_layers(model: nn.Module) -> list[MergedLoraLinear]:
    return [module for module in model.modules() if isinstance(module, MergedLoraLinear)]


def refresh_merged(model: nn.Module) -> None:
    for layer in lora_layers(model):
        layer.refresh()


def named_factors(model: nn.Module) -> dict[str, tuple[nn.Parameter, nn.Parameter]]:
    """All factors by layer name, sorted, so that optimizer state has one order everywhere."""
    found: dict[str, tuple[nn.Parameter, nn.Parameter]] = {}
    for layer in lora_layers(model):
        found.update(layer.factors())
    return dict(sorted(found.items()))


@torch.no_grad()
def reset_factors(model: nn.Module) -> None:
    """Back to an adapter that changes nothing: B zero, A drawn anew from torch's generator."""
    for a, b in named_factors(model).values():
        nn.init.kaiming_uniform_(a, a=math.sqrt(5))
        b.zero_()
    refresh_merged(model)
