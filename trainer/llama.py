"""A lean forward of Llama-type networks, for training and decoding alike.

Same arithmetic as transformers' LlamaForCausalLM, fewer passes over memory: query, key and value are one product, gate and up another;
the norm and the gated unit have hand-written gradients. Who calls decides how attention is done (`attend`): over a whole padded batch
in training, over cached keys and values in decoding.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import PreTrainedModel

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


def is_lean_llama(config: Any) -> bool:
    """Whether this file's arithmetic is the whole truth about a model."""
    rope = getattr(config, "rope_parameters", None) or {}
    return (
        config.model_type == "llama"
        and config.hidden_act == "silu"
        and rope.get("rope_type", "default") == "default"
        and getattr(config, "pretraining_tp", 1) == 1
        and not getattr(config, "mlp_bias", False)
    )


class _Layer(nn.Module):
    def __init__(self, number: int, source: Any, compute: torch.dtype) -> None:
        super().__init__()
        name = f"model.layers.{number}"
        attention, feed = source.self_attn, source.mlp

        def merged(block: str, module: Any, *children: str) -> MergedLinear:
            return MergedLinear({f"{name}.{block}.{c}": getattr(module, c) for c in children}, compute)

        self.qkv = merged("self_attn", attention, "q_proj", "k_proj", "v_proj")
        self.output = merged("self_attn", attention, "o_proj")
        self.gate_up = merged("mlp", feed, "gate_proj", "up_proj")
        self.down = merged("mlp", feed, "down_proj")
        self.norms = [norm.weight.detach().to(compute) for norm in (source.input_layernorm, source.post_attention_layernorm)]


class LlamaNetwork(nn.Module):
    """Built from a transformers model, whose weights it takes over. All of it is frozen but LoRA factors."""

    def __init__(self, source: PreTrainedModel, compute: torch.dtype) -> None:
        super().__init__()
        config: Any = source.config
        self.config = config
        self.heads: int = config.num_attention_heads
        self.kv_heads: int = config.num_key_value_heads
        self.head_dim: int = config.head_dim
        self.epsilon: float = config.rms_norm_eps
        body: Any = source.model
        self.embedding: Tensor = body.embed_tokens.weight.detach().to(compute)
        head: Any = source.get_output_embeddings()
        self.head: Tensor = self.embedding if config.tie_word_embeddings else head.weight.detach().to(compute)
        self.packed_head: PackedWeight | None = None
        self.final_norm: Tensor = body.norm.weight.detach().to(compute)
        self.layers = nn.ModuleList(_Layer(number, layer, compute) for number, layer in enumerate(body.layers))
        half = torch.arange(0, self.head_dim, 2, dtype=torch.float32, device=self.embedding.device)
        self.frequencies = 1.0 / config.rope_parameters["rope_theta"] ** (half / self.head_dim)

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
        turned = _Rotate.apply(qkv[..., : self.heads + self.kv_heads, :], cosine, sine)  # type: ignore[no-untyped-call]
        q, k = turned.split([self.heads, self.kv_heads], dim=-2)
        x = x + layer.output(attend(number, q, k, qkv[..., self.heads + self.kv_heads :, :]))
        gated = _GatedUnit.apply(layer.gate_up(self._norm(x, layer.norms[1])))  # type: ignore[no-untyped-call]
        return x + layer.down(gated)

    def _norm(self, x: Tensor, weight: Tensor) -> Tensor:
        normed: Tensor = _RmsNorm.apply(x, weight, self.epsilon)  # type: ignore[no-untyped-call]
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
