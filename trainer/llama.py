"""A lean forward of Llama-type networks, for training and decoding alike.

Same arithmetic as transformers' LlamaForCausalLM, fewer passes over memory: query, key and value are one product, gate and up another;
the norm and the gated unit have hand-written gradients. Who calls decides how attention is done (`attend`): over a whole padded batch
in training, over cached keys and values in decoding.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from trainer.lora import MergedLinear, merged_layers
from trainer.packed import PackedWeight

# (layer number, q [..., heads, dim], k [..., kv heads, dim], v likewise) -> [..., heads * dim]
Attend = Callable[[int, Tensor, Tensor, Tensor], Tensor]


class _RmsNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, epsilon: float) -> Tensor:
        inverse = torch.rsqrt(x.float().square().mean(-1, keepdim=True) + epsilon)
        ctx.save_for_backward(x, weight, inverse)
        return (x * inverse).to(x.dtype) * weight

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor | None, ...]:
        x, weight, inverse = ctx.saved_tensors
        grad = upstream[0] * weight
        share = (grad * x).sum(-1, keepdim=True, dtype=torch.float32) * inverse.pow(3) / x.shape[-1]
        return (grad * inverse.to(grad.dtype)).addcmul_(x, share.to(x.dtype), value=-1), None, None


class _GatedUnit(torch.autograd.Function):
    """silu(gate) * up over [..., 2 * width], gate first."""

    @staticmethod
    def forward(ctx: Any, gate_up: Tensor) -> Tensor:
        gate, up = gate_up.chunk(2, dim=-1)
        active = functional.silu(gate)
        ctx.save_for_backward(gate_up, active)
        return active * up

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor]:
        gate_up, active = ctx.saved_tensors
        gate, up = gate_up.chunk(2, dim=-1)
        grad = torch.empty_like(gate_up)
        grad_gate, grad_up = grad.chunk(2, dim=-1)
        torch.mul(upstream[0], active, out=grad_up)
        torch.ops.aten.silu_backward.grad_input(upstream[0] * up, gate, grad_input=grad_gate)
        return (grad,)


class _Rotate(torch.autograd.Function):
    """Rotary position embedding of [..., heads, dim]; cosine and sine are [..., 1, dim / 2]."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
        ctx.save_for_backward(cosine, sine)
        return _rotated(x, cosine, sine)

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor | None, ...]:
        cosine, sine = ctx.saved_tensors
        return _rotated(upstream[0], cosine, -sine), None, None


def _rotated(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    first, second = x.chunk(2, dim=-1)
    turned = torch.empty_like(x)
    half = x.shape[-1] // 2
    torch.mul(first, cosine, out=turned[..., :half]).addcmul_(second, sine, value=-1)
    torch.mul(second, cosine, out=turned[..., half:]).addcmul_(first, sine)
    return turned


@dataclass(frozen=True)
class LlamaShape:
    """What the arithmetic needs to know beside the weights."""

    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    epsilon: float
    rope_theta: float
    context: int

    @classmethod
    def of(cls, config: dict[str, Any]) -> LlamaShape | None:
        """From a config.json; None where this file's arithmetic would not be the whole truth about the model."""
        # Before version 5 transformers kept the rotary settings in two places.
        rope = config.get("rope_parameters") or {**(config.get("rope_scaling") or {}), "rope_theta": config.get("rope_theta")}
        plain = (
            config["model_type"] == "llama"
            and config.get("hidden_act", "silu") == "silu"
            and rope.get("rope_type", rope.get("type", "default")) == "default"
            and config.get("pretraining_tp", 1) == 1
        )
        if not plain:
            return None
        heads = config["num_attention_heads"]
        return cls(
            layers=config["num_hidden_layers"],
            heads=heads,
            kv_heads=config.get("num_key_value_heads") or heads,
            head_dim=config.get("head_dim") or config["hidden_size"] // heads,
            epsilon=config.get("rms_norm_eps", 1e-6),
            rope_theta=rope.get("rope_theta") or 10_000.0,
            context=config.get("max_position_embeddings", 2048),
        )


class _Layer(nn.Module):
    def __init__(self, number: int, weights: dict[str, Tensor], compute: torch.dtype) -> None:
        super().__init__()
        name = f"model.layers.{number}"

        def merged(block: str, *children: str) -> MergedLinear:
            names = [f"{name}.{block}.{child}" for child in children]
            return MergedLinear({n: (weights[f"{n}.weight"], weights.get(f"{n}.bias")) for n in names}, compute)

        self.qkv = merged("self_attn", "q_proj", "k_proj", "v_proj")
        self.output = merged("self_attn", "o_proj")
        self.gate_up = merged("mlp", "gate_proj", "up_proj")
        self.down = merged("mlp", "down_proj")
        norms = ("input_layernorm", "post_attention_layernorm")
        self.norms = [weights[f"{name}.{norm}.weight"].to(compute) for norm in norms]


class LlamaNetwork(nn.Module):
    """Built from a model folder's tensors. All of it is frozen but LoRA factors."""

    def __init__(self, shape: LlamaShape, weights: dict[str, Tensor], compute: torch.dtype) -> None:
        super().__init__()
        self.shape = shape
        self.heads, self.kv_heads, self.head_dim = shape.heads, shape.kv_heads, shape.head_dim
        self.epsilon = shape.epsilon
        self.embedding = weights["model.embed_tokens.weight"].to(compute)
        # No head of its own: tied to the embedding.
        self.head = weights["lm_head.weight"].to(compute) if "lm_head.weight" in weights else self.embedding
        self.packed_head: PackedWeight | None = None
        self.final_norm = weights["model.norm.weight"].to(compute)
        self.layers = nn.ModuleList(_Layer(number, weights, compute) for number in range(shape.layers))
        half = torch.arange(0, self.head_dim, 2, dtype=torch.float32, device=self.embedding.device)
        self.frequencies = 1.0 / shape.rope_theta ** (half / self.head_dim)

    def count_frozen(self) -> int:
        """Parameters outside the merged layers."""
        norms = [norm for layer in self.layers if isinstance(layer, _Layer) for norm in layer.norms]
        head = [] if self.head is self.embedding else [self.head]
        return sum(weight.numel() for weight in (self.embedding, self.final_norm, *norms, *head))

    def angles(self, positions: Tensor) -> tuple[Tensor, Tensor]:
        """Cosine and sine [..., 1, dim / 2] for integer positions [...], computed in fp32."""
        turn = positions.float().unsqueeze(-1).unsqueeze(-1) * self.frequencies
        return turn.cos().to(self.embedding.dtype), turn.sin().to(self.embedding.dtype)

    def hidden(self, ids: Tensor, positions: Tensor, attend: Attend) -> Tensor:
        """Last hidden state, normed, [..., width] for ids [...]. `positions` broadcasts against ids."""
        x = functional.embedding(ids, self.embedding)
        cosine, sine = self.angles(positions)
        for number, layer in enumerate(self.layers):
            x = self._layer(number, layer, x, cosine, sine, attend)
        return self._norm(x, self.final_norm)

    def pack(self) -> None:
        """Makes the weights ready for decoding; to be called again after they changed."""
        for layer in merged_layers(self):
            layer.pack()
        if self.packed_head is None:
            self.packed_head = PackedWeight(self.head)

    def logits(self, hidden: Tensor) -> Tensor:
        if self.packed_head is not None and not torch.is_grad_enabled():
            return self.packed_head(hidden)
        return functional.linear(hidden, self.head)

    def _layer(self, number: int, layer: Any, x: Tensor, cosine: Tensor, sine: Tensor, attend: Attend) -> Tensor:
        qkv = layer.qkv(self._norm(x, layer.norms[0])).unflatten(-1, (-1, self.head_dim))
        turned = _Rotate.apply(qkv[..., : self.heads + self.kv_heads, :], cosine, sine)
        q, k = turned.split([self.heads, self.kv_heads], dim=-2)
        x = x + layer.output(attend(number, q, k, qkv[..., self.heads + self.kv_heads :, :]))
        gated = _GatedUnit.apply(layer.gate_up(self._norm(x, layer.norms[1])))
        added: Tensor = x + layer.down(gated)
        return added

    def _norm(self, x: Tensor, weight: Tensor) -> Tensor:
        normed: Tensor = _RmsNorm.apply(x, weight, self.epsilon)
        return normed


class CausalAttention:
    """Attention over right-padded rows [batch, length]. The causal mask alone is enough: padding comes after all that counts."""

    def __init__(self, length: int, group: int, dtype: torch.dtype, device: torch.device) -> None:
        mask = torch.full((length, length), float("-inf"), dtype=dtype, device=device).triu(1)
        self.mask = mask.repeat(group, 1)

    def __call__(self, _number: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        # Plain products beat the fused kernel here: its backward is slow on CPUs at the few hundred tokens of a trajectory. The query
        # heads that share a key head lie below one another, so that keys are not repeated.
        batch, length, heads, dim = q.shape
        kv_heads = k.shape[2]
        rows = q.unflatten(2, (kv_heads, -1)).permute(0, 2, 3, 1, 4).reshape(batch * kv_heads, -1, dim)
        columns = k.permute(0, 2, 3, 1).reshape(batch * kv_heads, dim, length)
        values = v.transpose(1, 2).reshape(batch * kv_heads, length, dim)
        weights = torch.baddbmm(self.mask, rows, columns, alpha=dim**-0.5).softmax(-1)
        mixed = torch.bmm(weights, values).view(batch, kv_heads, -1, length, dim)
        return mixed.permute(0, 3, 1, 2, 4).reshape(batch, length, heads * dim)


def batch_hidden(network: LlamaNetwork, ids: Tensor) -> Tensor:
    """Hidden states [batch, length, width] of right-padded rows."""
    length = ids.shape[1]
    group = network.heads // network.kv_heads
    attention = CausalAttention(length, group, network.embedding.dtype, ids.device)
    return network.hidden(ids, torch.arange(length, device=ids.device), attention)
