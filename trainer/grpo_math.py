"""The arithmetic of GRPO and its relatives, on plain tensors.

Formulas as in TRL's GRPOTrainer (`loss_type` grpo, dapo, dr_grpo), which the tests compare against.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

import torch
from torch import Tensor

# Keeps a group of nearly equal rewards from being blown up; TRL's value.
STD_FLOOR = 1e-4


@dataclass(frozen=True)
class Advantages:
    """One value a sample, in the samples' order. Groups without variance teach nothing: their samples are in `skipped`."""

    values: list[float]
    skipped: list[bool]
    groups: int
    zero_variance_groups: int


def group_advantages(rewards: list[float], groups: list[str], scale_by_std: bool) -> Advantages:
    members: dict[str, list[int]] = defaultdict(list)
    for index, group in enumerate(groups):
        members[group].append(index)
    values, skipped, flat = [0.0] * len(rewards), [False] * len(rewards), 0
    for indices in members.values():
        own = [rewards[i] for i in indices]
        mean = math.fsum(own) / len(own)
        if max(own) == min(own):
            flat += 1
            for i in indices:
                skipped[i] = True
            continue
        # Sample standard deviation, as torch.std has it.
        std = math.sqrt(math.fsum((reward - mean) ** 2 for reward in own) / (len(own) - 1))
        for i in indices:
            values[i] = (rewards[i] - mean) / (std + STD_FLOOR if scale_by_std else 1.0)
    return Advantages(values, skipped, len(members), flat)


@dataclass(frozen=True)
class TokenLosses:
    """Per trained token: the loss before it is averaged, and whether the clip took its gradient away."""

    loss: Tensor
    clipped: Tensor


def token_losses(
    logprobs: Tensor, old: Tensor, sampler: Tensor, advantages: Tensor, low: float, high: float, cap: float
) -> TokenLosses:
    """Clipped policy-gradient loss of each trained token, weighted by min(exp(old - sampler), cap).

    All tensors are [n]: log-probabilities under the weights in training, under the weights when the update began, and as the sampler
    recorded them, and the advantage of the token's sample.
    """
    ratio = torch.exp(logprobs - old)
    free = ratio * advantages
    bounded = ratio.clamp(1 - low, 1 + high) * advantages
    weight = torch.exp(old - sampler).clamp(max=cap)
    clipped = ((ratio < 1 - low) & (advantages < 0)) | ((ratio > 1 + high) & (advantages > 0))
    return TokenLosses(-torch.minimum(free, bounded) * weight, clipped)


def loss_weights(kind: str, counts: list[int], samples: int, tokens: float, constant: int) -> list[float]:
    """What each sample's tokens' losses are multiplied by before they are summed.

    `counts` are the samples' trained tokens, in order; `samples` and `tokens` what the means are over. grpo: mean over a sample's tokens,
    then over samples. dapo: mean over all tokens. dr_grpo: sum over a sample's tokens divided by a constant length, mean over samples.
    """
    if kind == "grpo":
        return [1.0 / (max(count, 1) * samples) for count in counts]
    if kind == "dapo":
        return [1.0 / tokens] * len(counts)
    return [1.0 / (constant * samples)] * len(counts)
