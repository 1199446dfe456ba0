"""Keys and values of several sequences, one slot each, in memory set aside once."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from trainer.llama import LlamaNetwork


class KvCache:
    """Per layer [slots, context, kv heads, dim]. `tokens[slot]` are the ids whose keys and values the slot holds."""

    def __init__(self, network: LlamaNetwork, slots: int, context: int) -> None:
        self.context = context
        shape = (slots, context, network.kv_heads, network.head_dim)
        self.keys = [network.embedding.new_zeros(shape) for _ in network.layers]
        self.values = [network.embedding.new_zeros(shape) for _ in network.layers]
        self.tokens: list[list[int]] = [[] for _ in range(slots)]

    def copy_prefix(self, source: int, target: int, length: int) -> None:
        """Gives `target` the first `length` tokens of `source`: far cheaper than computing them again."""
        if source != target:
            for store in (*self.keys, *self.values):
                store[target, :length] = store[source, :length]
        self.tokens[target] = self.tokens[source][:length]

    def forget(self) -> None:
        """After new weights nothing that was computed with the old ones may be reused."""
        self.tokens = [[] for _ in self.tokens]


@dataclass(frozen=True)
class Span:
    """New tokens of one slot within a step's flat token list: tokens [at, at + count), cache positions from `start`."""

    slot: int
    at: int
    count: int
    start: int


class CachedAttention:
    """Attention of one step's flat tokens over the cache: first `decoding` rows of one token each, then longer spans."""

    def __init__(self, cache: KvCache, decoding: list[Span], spans: list[Span]) -> None:
        self.cache, self.spans, self.decoding = cache, spans, len(decoding)
        device = cache.keys[0].device
        everything = [(span.slot, span.start + i) for span in (*decoding, *spans) for i in range(span.count)]
        self.places = torch.tensor([slot * cache.context + position for slot, position in everything], device=device)
        slots = [span.slot for span in decoding]
        self.longest = max((span.start + 1 for span in decoding), default=0)
        lengths = torch.tensor([span.start + 1 for span in decoding], device=device).view(-1, 1, 1, 1)
        seen = torch.arange(self.longest, device=device) < lengths
        self.mask = torch.zeros(seen.shape, dtype=cache.keys[0].dtype, device=device).masked_fill_(~seen, float("-inf"))
        # Neighbouring slots are read in place; others have to be gathered.
        neighbours = bool(slots) and slots == list(range(slots[0], slots[0] + len(slots)))
        self.in_place = slice(slots[0], slots[0] + len(slots)) if neighbours else None
        self.gathered = torch.tensor(slots, dtype=torch.long, device=device)

    def __call__(self, number: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        keys, values = self.cache.keys[number], self.cache.values[number]
        keys.flatten(0, 1).index_copy_(0, self.places, k)
        values.flatten(0, 1).index_copy_(0, self.places, v)
        mixed = [self._decode(keys, values, q[: self.decoding])] if self.decoding else []
        for span in self.spans:
            mixed.append(self._prefill(keys, values, q[span.at : span.at + span.count], span))
        return torch.cat(mixed) if len(mixed) > 1 else mixed[0]

    def _decode(self, keys: Tensor, values: Tensor, q: Tensor) -> Tensor:
        grouped = q.unflatten(1, (keys.shape[2], -1))  # the query heads of one key head become rows of one product
        seen_keys, seen_values = self._rows(keys), self._rows(values)
        mixed = functional.scaled_dot_product_attention(grouped, seen_keys, seen_values, attn_mask=self.mask)
        return mixed.reshape(q.shape[0], -1)

    def _rows(self, store: Tensor) -> Tensor:
        if self.in_place is not None:
            rows = store[self.in_place, : self.longest]
        else:
            rows = store[:, : self.longest].index_select(0, self.gathered)
        return rows.transpose(1, 2)

    def _prefill(self, keys: Tensor, values: Tensor, q: Tensor, span: Span) -> Tensor:
        end = span.start + span.count
        # Query i of the span sees everything up to cache position start + i.
        positions = torch.arange(end, device=q.device)
        hidden = positions.unsqueeze(0) > (positions[span.start :]).unsqueeze(1)
        mask = torch.zeros(hidden.shape, dtype=q.dtype, device=q.device).masked_fill_(hidden, float("-inf"))
        mixed = functional.scaled_dot_product_attention(
            q.transpose(0, 1).unsqueeze(0),
            keys[span.slot, :end].transpose(0, 1).unsqueeze(0),
            values[span.slot, :end].transpose(0, 1).unsqueeze(0),
            attn_mask=mask,
            enable_gqa=True,
        )
        return mixed.squeeze(0).transpose(0, 1).reshape(span.count, -1)
