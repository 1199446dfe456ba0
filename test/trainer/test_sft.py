"""Supervised fine-tuning as a process: it learns, it survives SIGKILL and SIGTERM to the bit, and it refuses what it cannot do."""

from __future__ import annotations

import json
import math
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import TrainerProcess, run_here, segment, sft_job, trajectory, write_examples

from trainer.sft import epoch_batches

Start = Callable[[dict[str, Any]], TrainerProcess]


@pytest.fixture
def examples(tmp_path: Path) -> str:
    return write_examples(tmp_path / "examples.jsonl", 24)


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_training_lowers_the_loss_on_held_out_examples(
    scratch: str, examples: str, tmp_path: Path, precision: str
) -> None:
    held_out = write_examples(tmp_path / "held-out.jsonl", 8, start=100)
    job = sft_job(
        scratch, examples, tmp_path / "out", precision=precision, eval_examples=held_out, epochs=6, learning_rate=0.01
    )
    code, events = run_here(job, tmp_path)
    ready, done = events[0], events[-1]
    assert ready["parameters"] > ready["trainable"] > 0 and ready["precision"] == precision
    losses = [event["loss"] for event in events if event["event"] == "eval"]
    assert losses[-1] < losses[0] < math.log(640)
    assert Path(done["path"], "COMPLETE").exists()
    assert done["metrics"]["trained_tokens"] < done["metrics"]["tokens"]
    assert code == 0


@pytest.mark.parametrize("method", ["lora", "full"])
def test_a_run_killed_and_started_again_ends_with_the_weights_of_an_undisturbed_one(
    start: Start, scratch: str, examples: str, tmp_path: Path, method: str
) -> None:
    undisturbed = run_here(sft_job(scratch, examples, tmp_path / "a", method=method), tmp_path)[1][-1]
    job = sft_job(scratch, examples, tmp_path / "b", method=method)
    first = start(job)
    first.until("checkpoint", lambda event: event["step"] == 6)
    first.until("step")
    first.kill()
    events = run_here(job, tmp_path)[1]
    resumed, steps = events[-1], [event["step"] for event in events if event["event"] == "step"]
    assert 6 < steps[0] <= 12, "it went on from a checkpoint instead of beginning anew"
    assert resumed["metrics"]["weights_hash"] == undisturbed["metrics"]["weights_hash"]
    assert resumed["metrics"]["loss"] == undisturbed["metrics"]["loss"]


def test_sigterm_writes_a_checkpoint_that_the_next_start_goes_on_from(
    start: Start, scratch: str, examples: str, tmp_path: Path
) -> None:
    job = sft_job(scratch, examples, tmp_path / "out", checkpoint_every_steps=1000, epochs=40)
    first = start(job)
    first.until("step", lambda event: event["step"] == 2)
    os.kill(first.process.pid, signal.SIGTERM)
    saved = first.until("checkpoint")
    assert first.process.wait(timeout=20) == 143
    broken = tmp_path / "out" / "step-999"
    broken.mkdir()
    (broken / "state.json").write_text("{")  # no COMPLETE marker: never taken for a whole one
    second = start(job)
    assert second.until("step")["step"] == saved["step"] + 1


def test_a_finished_run_started_again_answers_at_once_with_the_same_result(
    scratch: str, examples: str, tmp_path: Path
) -> None:
    job = sft_job(scratch, examples, tmp_path / "out", max_steps=2)
    first = run_here(job, tmp_path)[1]
    assert run_here(job, tmp_path)[1] == first[-1:]


def test_training_goes_on_from_an_adapter(scratch: str, examples: str, tmp_path: Path) -> None:
    first = run_here(sft_job(scratch, examples, tmp_path / "a", epochs=6), tmp_path)[1]
    second = run_here(sft_job(scratch, examples, tmp_path / "b", adapter=first[-1]["path"], max_steps=1), tmp_path)[1]
    assert second[1]["event"] == "step" and second[1]["loss"] < (first[1]["loss"] + first[-1]["metrics"]["loss"]) / 2


def refused(job: dict[str, Any], folder: Path) -> dict[str, Any]:
    code, events = run_here(job, folder)
    assert code == 2 and events[-1]["event"] == "error"
    return events[-1]


def test_what_cannot_work_is_refused_by_type_and_name(scratch: str, examples: str, tmp_path: Path) -> None:
    def job(**changes: Any) -> dict[str, Any]:
        return sft_job(scratch, examples, tmp_path / "out", **changes)

    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    untrained = tmp_path / "untrained.jsonl"
    untrained.write_text(json.dumps({"id": "x", "segments": [segment("prompt", "hello", False)]}) + "\n")
    for wrong, kind, words in [
        (job(learning_rate="fast"), "ConfigError", "job.settings.learning_rate"),
        ({**job(), "colour": 1}, "ConfigError", "colour"),
        (job(examples=str(empty)), "DatasetInvalid", "no examples"),
        (job(examples=str(untrained)), "DatasetInvalid", "no token to train on"),
        (job(max_tokens=3), "DatasetInvalid", "max_tokens 3"),
        (job(model=str(tmp_path / "none")), "ModelUnreadable", "config.json"),
        (job(device="cuda"), "DeviceUnavailable", "cuda"),
        (job(learning_rate=1e30, max_steps=4), "LossNotFinite", "step"),
    ]:
        event = refused(wrong, tmp_path)
        assert (event["type"], event["retryable"]) == (kind, False)
        assert words in event["message"] and event["next_step"]


def test_a_checkpoint_of_another_run_is_refused(scratch: str, examples: str, tmp_path: Path) -> None:
    run_here(sft_job(scratch, examples, tmp_path / "out", max_steps=4), tmp_path)
    shutil.rmtree(tmp_path / "out" / "final")
    event = refused(sft_job(scratch, examples, tmp_path / "out", learning_rate=0.5), tmp_path)
    assert event["type"] == "CheckpointIncompatible"


def test_batches_take_every_example_once_an_epoch_and_differ_between_epochs() -> None:
    lengths = [len(trajectory(i)[0]["text"]) for i in range(30)]
    first, second = (epoch_batches(lengths, 4, seed=1, epoch=epoch) for epoch in (0, 1))
    assert sorted(i for batch in first for i in batch) == list(range(30))
    assert first != second and first == epoch_batches(lengths, 4, seed=1, epoch=0)
