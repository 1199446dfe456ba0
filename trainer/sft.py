"""python -m trainer JOB.json  (job "sft")

Supervised fine-tuning on token-exact trajectories. An own loop, for the reasons in docs/decisions/0020-own-sft-loop.md: loss on
agent tokens only, length-grouped batches, whole checkpoints, and a resumed run that equals the uninterrupted one bit for bit.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from trainer.checkpoint import (
    last_complete_step,
    prune_steps,
    read_state,
    restore_checkpoint,
    save_checkpoint,
    save_weights,
    weights_hash,
)
from trainer.errors import CheckpointIncompatible, DatasetInvalid, LossNotFinite
from trainer.jobs import SftJob, SftSettings
from trainer.lora import refresh_merged
from trainer.loss import make_batch, trained_cross_entropy
from trainer.model import LoadedModel, load_model
from trainer.model_folder import is_complete, written_aside
from trainer.protocol import EventWriter, Terminated
from trainer.tokens import TokenizedExample, read_sft_examples

MAX_GRADIENT_NORM = 1.0
# Batches whose examples are sorted by length together: wide enough to save padding, narrow enough to keep the order random.
GROUPED_BATCHES = 16


@dataclass
class Progress:
    """What a resumed run goes on from, beside weights and optimizer."""

    step: int = 0
    tokens: int = 0
    trained_tokens: int = 0
    seconds: float = 0.0
    loss: float = math.nan


def epoch_batches(lengths: list[int], batch_size: int, seed: int, epoch: int) -> list[list[int]]:
    """Example indices by batch, examples of like length together: a function of its arguments alone, so a resumed run needs none saved."""
    order = random.Random(f"{seed}/{epoch}")
    indices = list(range(len(lengths)))
    order.shuffle(indices)
    span = batch_size * GROUPED_BATCHES
    batches: list[list[int]] = []
    for start in range(0, len(indices), span):
        group = sorted(indices[start : start + span], key=lambda i: lengths[i])
        batches += [group[at : at + batch_size] for at in range(0, len(group), batch_size)]
    order.shuffle(batches)
    return batches


def count_steps(examples: int, settings: SftSettings) -> int:
    per_epoch = math.ceil(examples / settings.batch_size)
    steps = max(1, round(per_epoch * settings.epochs))
    return min(steps, settings.max_steps) if settings.max_steps is not None else steps


def learning_rate_at(step: int, steps: int, settings: SftSettings) -> float:
    """Linear warm-up, then linear decay that reaches zero just after the last step. `step` counts from 0."""
    warmup = round(settings.warmup_ratio * steps)
    if step < warmup:
        return settings.learning_rate * (step + 1) / warmup
    return settings.learning_rate * (steps - step) / max(1, steps - warmup)


def fingerprint(job: SftJob) -> str:
    """Of all that makes a run what it is: a checkpoint of another one must not be continued."""
    content = hashlib.sha256(Path(job.examples).read_bytes()).hexdigest()
    shape = hashlib.sha256((Path(job.choice.model) / "config.json").read_bytes()).hexdigest()
    settings = {k: v for k, v in asdict(job.settings).items() if k != "checkpoint_every_steps"}
    words = json.dumps([content, shape, job.choice.seed, job.choice.adapter is None, settings], sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()


class SftRun:
    """One training run, from fresh weights or the last whole checkpoint to `final`."""

    def __init__(self, job: SftJob, model: LoadedModel, emit: EventWriter) -> None:
        self.job, self.model, self.emit = job, model, emit
        self.output_dir = Path(job.output_dir)
        examples = read_sft_examples(job.examples, model.codec, model.vocabulary)
        limit = job.settings.max_tokens
        self.examples = [example for example in examples if len(example.ids) <= limit]
        self.dropped = len(examples) - len(self.examples)
        if not self.examples:
            raise DatasetInvalid(
                f"all {len(examples)} examples are longer than max_tokens {limit}",
                next_step="raise max_tokens (sft.maxTokens in the run config)",
            )
        held_out = job.eval_examples
        self.eval_examples = read_sft_examples(held_out, model.codec, model.vocabulary) if held_out else []
        self.steps = count_steps(len(self.examples), job.settings)
        self.per_epoch = math.ceil(len(self.examples) / job.settings.batch_size)
        self.parameters = list(model.trainable().values())
        self.optimizer = torch.optim.AdamW(self.parameters, lr=job.settings.learning_rate, weight_decay=0.0, fused=True)
        self.fingerprint = fingerprint(job)
        self.progress = Progress()
        self.saved_at = -1
        self.eval_loss: float | None = None
        self._terminating = False

    def run(self) -> None:
        self._resume()
        # From here a SIGTERM waits for the end of the step, about a second: half an optimizer step is nothing to save.
        previous = signal.signal(signal.SIGTERM, self._on_terminate)
        try:
            while self.progress.step < self.steps:
                self._step()
                if self._terminating:
                    self._checkpoint()
                    raise Terminated
                if self.progress.step % self.job.settings.checkpoint_every_steps == 0 and self.progress.step < self.steps:
                    self._checkpoint()
                if self.progress.step % self.per_epoch == 0 or self.progress.step == self.steps:
                    self._evaluate()
            self._finish()
        finally:
            signal.signal(signal.SIGTERM, previous)

    def _on_terminate(self, _signal: int, _frame: object) -> None:
        self._terminating = True

    def _resume(self) -> None:
        folder = last_complete_step(self.output_dir)
        if folder is None:
            return
        state = read_state(folder)
        if state["fingerprint"] != self.fingerprint:
            raise CheckpointIncompatible(f"{folder} was made from other examples, another model or other settings")
        restore_checkpoint(folder, self.model, self.optimizer)
        self.progress = Progress(**state["progress"])
        self.saved_at = self.progress.step

    def _batch_at(self, step: int) -> list[TokenizedExample]:
        lengths = [len(example.ids) for example in self.examples]
        epoch, place = divmod(step, self.per_epoch)
        batches = epoch_batches(lengths, self.job.settings.batch_size, self.job.choice.seed, epoch)
        return [self.examples[i] for i in batches[place]]

    def _step(self) -> None:
        started = time.perf_counter()
        progress = self.progress
        batch = make_batch(self._batch_at(progress.step), self.model.device)
        rate = learning_rate_at(progress.step, self.steps, self.job.settings)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        loss = trained_cross_entropy(self.model, batch)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.parameters, MAX_GRADIENT_NORM)
        progress.loss = loss.item()
        if not math.isfinite(progress.loss) or not math.isfinite(norm.item()):
            raise LossNotFinite(f"loss is {progress.loss}, gradient norm {norm.item()} at step {progress.step + 1}")
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        refresh_merged(self.model.network)
        progress.step += 1
        progress.tokens += batch.tokens
        progress.trained_tokens += batch.trained_tokens
        progress.seconds += time.perf_counter() - started
        self.emit(
            "step",
            step=progress.step,
            of=self.steps,
            loss=progress.loss,
            trained_tokens=progress.trained_tokens,
            tokens=progress.tokens,
            learning_rate=rate,
            seconds=round(progress.seconds, 3),
        )

    def _checkpoint(self) -> None:
        step = self.progress.step
        folder = self.output_dir / f"step-{step}"
        state: dict[str, Any] = {"fingerprint": self.fingerprint, "progress": asdict(self.progress)}
        if self.saved_at != step:
            save_checkpoint(folder, self.model, self.optimizer, state)
            self.saved_at = step
        prune_steps(self.output_dir)
        self.emit("checkpoint", step=step, path=str(folder))

    @torch.no_grad()
    def _evaluate(self) -> None:
        if not self.eval_examples:
            return
        total, tokens = 0.0, 0
        ordered = sorted(self.eval_examples, key=lambda example: len(example.ids))
        size = self.job.settings.batch_size
        for at in range(0, len(ordered), size):
            batch = make_batch(ordered[at : at + size], self.model.device)
            total += trained_cross_entropy(self.model, batch).item() * batch.trained_tokens
            tokens += batch.trained_tokens
        self.eval_loss = total / tokens
        self.emit("eval", step=self.progress.step, loss=self.eval_loss)

    def _finish(self) -> None:
        final = self.output_dir / "final"
        progress = self.progress
        metrics: dict[str, Any] = {
            "steps": progress.step,
            "loss": progress.loss,
            "eval_loss": self.eval_loss,
            "examples": len(self.examples),
            "dropped_too_long": self.dropped,
            "tokens": progress.tokens,
            "trained_tokens": progress.trained_tokens,
            "seconds": round(progress.seconds, 3),
            "tokens_per_second": round(progress.tokens / max(progress.seconds, 1e-9), 1),
            "weights_hash": weights_hash(self.model),
        }
        with written_aside(final) as aside:
            save_weights(self.model, aside)
            summary = {"fingerprint": self.fingerprint, "metrics": metrics}
            (aside / "summary.json").write_text(json.dumps(summary, indent=2, sort_keys=True) + "\n")
        prune_steps(self.output_dir, keep=1)
        self.emit("done", path=str(final), metrics=metrics)


def run_sft(job: SftJob, emit: EventWriter) -> None:
    final = Path(job.output_dir) / "final"
    if is_complete(final):
        summary = json.loads((final / "summary.json").read_text(encoding="utf-8"))
        if summary["fingerprint"] != fingerprint(job):
            raise CheckpointIncompatible(f"{final} was made from other examples, another model or other settings")
        emit("done", path=str(final), metrics=summary["metrics"])
        return
    model = load_model(job.choice, job.settings.lora if job.settings.method == "lora" else None)
    run = SftRun(job, model, emit)
    emit(
        "ready",
        device=model.device.type,
        precision=model.precision,
        parameters=model.base_parameters,
        trainable=sum(p.numel() for p in run.parameters),
    )
    run.run()
