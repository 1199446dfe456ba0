"""Frozen weights in the layout that the CPU's matrix kernels like best, made once instead of at every product.

Worth 1.3 to 2 times at the few rows of a decoding step, where reading weights is all the work. Elsewhere (other devices, a torch
without the operator) the plain product is used.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

# Rows that the layout is tuned for: a decoding batch. Measured no worse for the hundreds of rows of a prefill.
TUNED_FOR_ROWS = 16


class PackedWeight:
    """Stands for `functional.linear(x, weight, bias)` without gradients."""

    def __init__(self, weight: Tensor, bias: Tensor | None = None) -> None:
        self.weight, self.bias = weight, bias
        self._packed: Tensor | None = None
        self.pack()

    def pack(self) -> None:
        """To be called again when the weight's values changed."""
        if self.weight.device.type == "cpu" and _has_operator() and self.weight.dtype == torch.bfloat16:
            self._packed = torch.ops.mkldnn._reorder_linear_weight(self.weight.detach(), TUNED_FOR_ROWS)

    def __call__(self, x: Tensor) -> Tensor:
        if self._packed is None:
            return functional.linear(x, self.weight, self.bias)
        product: Tensor = torch.ops.mkldnn._linear_pointwise(x, self._packed, self.bias, "none", [], "")
        return product


def _has_operator() -> bool:
    return torch.backends.mkldnn.is_available() and hasattr(torch.ops.mkldnn, "_reorder_linear_weight")
