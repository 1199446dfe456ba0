"""One GRPO update over attempts that were collected elsewhere, sampled by the very weights served.

An own loop, for the reasons in docs/decisions/0021-own-grpo-update.md. The arithmetic is in trainer/grpo_math.py.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from trainer.checkpoint import read_state, restore_training_state, save_checkpoint
from trainer.errors import CheckpointIncompatible, ConfigError, DatasetInvalid, LossNotFinite
from trainer.grpo_math import group_advantages, loss_weights, token_losses
from trainer.jobs import GrpoSettings, LoadCommand, Lora, UpdateCommand
from trainer.lora import named_factors, refresh_merged
from trainer.loss import make_batch, trained_logprobs
from trainer.model import LoadedModel, give_lora
from trainer.protocol import EventWriter
from trainer.tokens import TokenizedExample, read_json_lines, read_segments, require_keys, tokenize

# Padded tokens that go through the network at once: bounds memory, not the gradient, which is summed over them.
MICROBATCH_TOKENS = 4096
# Dr. GRPO's constant: about what an attempt may say. Any constant will do; it only scales the loss.
DR_GRPO_LENGTH = 256


@dataclass(frozen=True)
class GrpoSample:
    example: TokenizedExample
    group: str
    reward: float
    policy_version: str


def read_grpo_samples(path: str, model: LoadedModel) -> list[GrpoSample]:
    samples: list[GrpoSample] = []
    for where, value in read_json_lines(path, "batch"):
        require_keys(value, {"id", "group", "reward", "policy_version", "segments"}, set(), where)
        reward = value["reward"]
        if isinstance(reward, bool) or not isinstance(reward, int | float) or not math.isfinite(reward):
            raise DatasetInvalid(f"{where}: reward must be a finite number, got {reward!r}")
        example = tokenize(str(value["id"]), read_segments(value["segments"], where), model.codec, model.vocabulary)
        samples.append(GrpoSample(example, str(value["group"]), float(reward), str(value["policy_version"])))
    if not samples:
        raise DatasetInvalid(f"{path} holds no samples")
    return samples


@dataclass
class _Prepared:
    """A sample that teaches something: its advantage, what its tokens' losses are multiplied by, and old log-probabilities."""

    sample: GrpoSample
    advantage: float
    weight: float = 0.0
    old: Tensor | None = None

    def sampler_logprobs(self) -> Tensor:
        """[n]; NaN where the sampler recorded none."""
        example = self.sample.example
        trained = [p for p, train in zip(example.logprobs[1:], example.mask[1:], strict=True) if train]
        return torch.tensor([math.nan if p is None else p for p in trained], dtype=torch.float32)


@dataclass
class _Totals:
    """Sums over trained tokens, for the metrics."""

    loss: float = 0.0
    tokens: int = 0
    clipped: int = 0
    gap: float = 0.0
    widest_gap: float = 0.0
    kl: float = 0.0
    capped: int = 0
    recorded: int = 0
    gradient_norms: list[float] = field(default_factory=list)
    microbatches: int = 0
    expected_microbatches: int = 0
    seen: int = 0
    started: float = field(default_factory=time.perf_counter)

    def add_gap(self, old: Tensor, sampler: Tensor, cap: float) -> None:
        known = ~sampler.isnan()
        difference = (old - sampler)[known]
        if difference.numel() == 0:
            return
        self.recorded += difference.numel()
        self.gap += float(difference.abs().sum())
        self.widest_gap = max(self.widest_gap, float(difference.abs().max()))
        # An estimator of KL(sampler || trainer) that is never negative.
        self.kl += float((difference.exp() - 1 - difference).sum())
        self.capped += int((difference.exp() > cap).sum())


class GrpoTrainer:
    """Updates a model's LoRA factors. AdamW's state lives on from update to update and in the checkpoints."""

    def __init__(self, model: LoadedModel, emit: EventWriter | None = None) -> None:
        """`emit` gets a `step` event after each microbatch: an update may take minutes, and silence looks like death."""
        self.model = model
        self.emit = emit
        self.optimizer: torch.optim.AdamW | None = None
        self.step = 0

    def load(self, command: LoadCommand, lora: Lora | None) -> None:
        """Takes over an adapter (None: the bare model) and, if given, optimizer and random state to go on from."""
        state: dict[str, Any] = {"step": 0}
        if command.trainer_state is not None:
            if command.adapter is None:
                raise ConfigError("command.trainer_state needs command.adapter, whose training it belongs to")
            state = read_state(Path(command.trainer_state))
        give_lora(self.model, lora, command.adapter)
        self.optimizer = None
        if command.trainer_state is not None:
            restore_training_state(Path(command.trainer_state), self._optimizer())
        self.step = int(state["step"])

    def update(self, command: UpdateCommand) -> dict[str, float | int | None]:
        """Trains on the batch and writes the checkpoint folder. On any failure the weights are as they were before."""
        started = time.perf_counter()
        self._prepare_lora(command.settings.lora, command.seed)
        before = self._snapshot()
        try:
            samples = read_grpo_samples(command.batch, self.model)
            metrics = self._train(samples, command.settings, command.seed)
            self.step += 1
            # No clock readings in here: the same update writes the same bytes.
            state = {
                "consumed_task_ids": command.consumed_task_ids,
                "policy_version": command.policy_version,
                "step": self.step,
                "metrics": dict(metrics),
            }
            save_checkpoint(Path(command.output_dir), self.model, self._optimizer(), state)
            metrics["seconds"] = round(time.perf_counter() - started, 3)
        except BaseException:
            self._restore(before)
            raise
        return metrics

    def _prepare_lora(self, wanted: Lora, seed: int) -> None:
        if self.model.lora is None:
            torch.manual_seed(seed)
            give_lora(self.model, wanted, None)
        elif self.model.lora != wanted:
            have = self.model.lora
            raise CheckpointIncompatible(
                f"the adapter served has rank {have.rank} and alpha {have.alpha:g}, "
                f"the settings ask for rank {wanted.rank} and alpha {wanted.alpha:g}"
            )

    def _optimizer(self) -> torch.optim.AdamW:
        if self.optimizer is None:
            parameters = [p for pair in named_factors(self.model.network).values() for p in pair]
            self.optimizer = torch.optim.AdamW(parameters, weight_decay=0.0, fused=True)
        return self.optimizer

    def _snapshot(self) -> tuple[list[Tensor], dict[str, Any], int]:
        parameters = [p.detach().clone() for p in self._parameters()]
        # The state's tensors are changed in place by the optimizer: copied here.
        saved = self._optimizer().state_dict()
        saved["state"] = {k: {n: v.clone() for n, v in entry.items()} for k, entry in saved["state"].items()}
        return parameters, saved, self.step

    def _restore(self, snapshot: tuple[list[Tensor], dict[str, Any], int]) -> None:
        parameters, saved, self.step = snapshot
        with torch.no_grad():
            for parameter, value in zip(self._parameters(), parameters, strict=True):
                parameter.copy_(value)
                parameter.grad = None
        self._optimizer().load_state_dict(saved)
        refresh_merged(self.model.network)

    def _parameters(self) -> list[torch.nn.Parameter]:
        return [p for group in self._optimizer().param_groups for p in group["params"]]

    def _train(self, samples: list[GrpoSample], settings: GrpoSettings, seed: int) -> dict[str, float | int | None]:
        rewards = [sample.reward for sample in samples]
        advantages = group_advantages(rewards, [sample.group for sample in samples], settings.scale_by_std)
        prepared = [
            _Prepared(sample, value)
            for sample, value, skipped in zip(samples, advantages.values, advantages.skipped, strict=True)
            # Nothing to learn from: no forward pass, and no part in any denominator either.
            if not skipped and sample.example.trained_tokens > 0
        ]
        totals = _Totals()
        optimizer_steps = 0
        if prepared:
            parts = self._minibatches(prepared, settings, seed)
            totals.expected_microbatches = sum(len(list(_microbatches(part))) for part in parts)
            for minibatch in parts:
                self._optimizer_step(minibatch, settings, totals)
                optimizer_steps += 1
        norms = totals.gradient_norms
        return {
            "loss": totals.loss / optimizer_steps if optimizer_steps else None,
            "reward_mean": math.fsum(rewards) / len(rewards),
            "samples": len(samples),
            "samples_used": len(prepared),
            "groups": advantages.groups,
            "zero_variance_groups": advantages.zero_variance_groups,
            "trained_tokens": totals.tokens,
            "tokens": sum(len(entry.sample.example.ids) for entry in prepared),
            "clip_fraction": totals.clipped / totals.tokens if totals.tokens else None,
            "logprob_gap_mean": totals.gap / totals.recorded if totals.recorded else None,
            "logprob_gap_max": totals.widest_gap if totals.recorded else None,
            "kl_sampler_trainer": totals.kl / totals.recorded if totals.recorded else None,
            "importance_capped_fraction": totals.capped / totals.recorded if totals.recorded else None,
            "gradient_norm": sum(norms) / len(norms) if norms else None,
            "optimizer_steps": optimizer_steps,
        }

    def _minibatches(self, prepared: list[_Prepared], settings: GrpoSettings, seed: int) -> list[list[_Prepared]]:
        order = random.Random(f"{seed}/minibatches")
        shuffled = order.sample(prepared, len(prepared))
        count = min(settings.minibatches, len(shuffled))
        parts = [shuffled[i::count] for i in range(count)]
        tokens = sum(entry.sample.example.trained_tokens for entry in prepared)
        for part in parts:
            lengths = [entry.sample.example.trained_tokens for entry in part]
            # Token-level means span the whole batch, a minibatch's share of it being 1 / count.
            weights = loss_weights(settings.loss, lengths, len(part), tokens / count, DR_GRPO_LENGTH)
            for entry, weight in zip(part, weights, strict=True):
                entry.weight = weight
        if count > 1:
            # With several steps a batch, the ratio is to the weights that the update began with.
            self._record_old(prepared, settings)
        return parts

    @torch.no_grad()
    def _record_old(self, prepared: list[_Prepared], settings: GrpoSettings) -> None:
        for part in _microbatches(prepared):
            batch = make_batch([entry.sample.example for entry in part], self.model.device)
            logprobs = trained_logprobs(self.model, batch, settings.temperature)
            counts = [entry.sample.example.trained_tokens for entry in part]
            for entry, old in zip(part, logprobs.split(counts), strict=True):
                entry.old = old

    def _optimizer_step(self, minibatch: list[_Prepared], settings: GrpoSettings, totals: _Totals) -> None:
        optimizer = self._optimizer()
        for group in optimizer.param_groups:
            group["lr"] = settings.learning_rate
        for part in _microbatches(minibatch):
            self._accumulate(part, settings, totals)
        norm = torch.nn.utils.clip_grad_norm_(self._parameters(), settings.max_gradient_norm).item()
        if not math.isfinite(norm) or not math.isfinite(totals.loss):
            raise LossNotFinite(f"loss is {totals.loss}, gradient norm {norm} in an update")
        totals.gradient_norms.append(norm)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        refresh_merged(self.model.network)

    def _accumulate(self, part: list[_Prepared], settings: GrpoSettings, totals: _Totals) -> None:
        batch = make_batch([entry.sample.example for entry in part], self.model.device)
        logprobs = trained_logprobs(self.model, batch, settings.temperature)
        counts = torch.tensor([entry.sample.example.trained_tokens for entry in part])

        def by_token(values: list[float]) -> Tensor:
            return torch.tensor(values).repeat_interleave(counts).to(self.model.device)

        recorded = [entry.old for entry in part if entry.old is not None]
        old = torch.cat(recorded) if recorded else logprobs.detach()
        sampler = torch.cat([entry.sampler_logprobs() for entry in part]).to(self.model.device)
        totals.add_gap(old, sampler, settings.importance_cap)
        # A token without a recorded log-probability is taken as sampled by these weights: importance weight 1.
        sampler = torch.where(sampler.isnan(), old, sampler)
        losses = token_losses(
            logprobs,
            old,
            sampler,
            by_token([entry.advantage for entry in part]),
            settings.clip_low,
            settings.clip_high,
            settings.importance_cap,
        )
        loss = (losses.loss * by_token([entry.weight for entry in part])).sum()
        loss.backward()
        totals.loss += loss.item()
        totals.clipped += int(losses.clipped.sum())
        totals.tokens += int(counts.sum())
        self._report(batch.tokens, settings, totals)

    def _report(self, tokens: int, settings: GrpoSettings, totals: _Totals) -> None:
        totals.microbatches += 1
        totals.seen += tokens
        if self.emit is not None:
            self.emit(
                "step",
                step=totals.microbatches,
                of=totals.expected_microbatches,
                loss=totals.loss,
                trained_tokens=totals.tokens,
                tokens=totals.seen,
                learning_rate=settings.learning_rate,
                seconds=round(time.perf_counter() - totals.started, 3),
            )


def _microbatches(entries: list[_Prepared]) -> Iterator[list[_Prepared]]:
    """Entries of like length together, at most MICROBATCH_TOKENS padded tokens each."""
    part: list[_Prepared] = []
    for entry in sorted(entries, key=lambda entry: len(entry.sample.example.ids)):
        # Sorted: the newcomer is the longest, so it sets the width.
        if part and (len(part) + 1) * len(entry.sample.example.ids) > MICROBATCH_TOKENS:
            yield part
            part = []
        part.append(entry)
    if part:
        yield part
