"""Log-probabilities of trained tokens. The output head is applied only where a trained token is predicted: with 49k words in the
vocabulary the head is a fifth of a small model's work, and most positions of an agent's trajectory are not trained on."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from trainer.model import LoadedModel
from trainer.tokens import TokenizedExample


@dataclass(frozen=True)
class Batch:
    """Right-padded rows. `trained` is true at [row, i] when token i + 1 is trained on: there the prediction counts."""

    ids: Tensor
    attention: Tensor
    trained: Tensor
    tokens: int
    trained_tokens: int


def make_batch(examples: list[TokenizedExample], device: torch.device) -> Batch:
    width = max(len(example.ids) for example in examples)
    ids = torch.zeros(len(examples), width, dtype=torch.long)
    attention = torch.zeros(len(examples), width, dtype=torch.long)
    trained = torch.zeros(len(examples), width - 1, dtype=torch.bool)
    for row, example in enumerate(examples):
        length = len(example.ids)
        ids[row, :length] = torch.tensor(example.ids)
        attention[row, :length] = 1
        trained[row, : length - 1] = torch.tensor(example.mask[1:])
    return Batch(
        ids.to(device),
        attention.to(device),
        trained.to(device),
        tokens=sum(len(example.ids) for example in examples),
        trained_tokens=sum(example.trained_tokens for example in examples),
    )


def trained_logits(model: LoadedModel, batch: Batch) -> tuple[Tensor, Tensor]:
    """(logits [n, vocabulary] in fp32, targets [n]) over the n trained tokens, row by row."""
    with model.arithmetic():
        hidden = model.hidden(batch.ids, batch.attention)
        logits = model.logits(hidden[:, :-1][batch.trained])
    return logits.float(), batch.ids[:, 1:][batch.trained]


def trained_logprobs(model: LoadedModel, batch: Batch, temperature: float = 1.0) -> Tensor:
    """Natural-log probability [n] of each trained token under the temperature-scaled distribution."""
    logits, targets = trained_logits(model, batch)
    return -functional.cross_entropy(logits / temperature, targets, reduction="none")


def trained_cross_entropy(model: LoadedModel, batch: Batch) -> Tensor:
    """Mean over the batch's trained tokens."""
    logits, targets = trained_logits(model, batch)
    return functional.cross_entropy(logits, targets)
