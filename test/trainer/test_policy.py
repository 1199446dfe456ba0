"""The policy process over its real interfaces: HTTP, commands on stdin, events on descriptor 3."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, TrainerProcess, all_at_once, policy_job, request

Start = Callable[[dict[str, Any]], TrainerProcess]

PROMPT = "<|im_start|>user\nSum column 2 of sales.csv.<|im_end|>\n<|im_start|>assistant\n"
GRPO = {
    "loss": "dapo",
    "lora": {"rank": 4, "alpha": 8},
    "learning_rate": 0.01,
    "clip_low": 0.2,
    "clip_high": 0.28,
    "importance_cap": 2.0,
    "scale_by_std": True,
    "minibatches": 2,
    "max_gradient_norm": 1.0,
}


def sample_group(url: str, task: str, count: int = 4) -> list[dict[str, Any]]:
    """`count` attempts of one prompt as GRPO samples; the reward favours even token ids."""
    _, tokens = request(url, "/tokenize", {"prompt": PROMPT + task, "add_special_tokens": False})
    prompt = tokens["tokens"]

    def one(seed: int) -> dict[str, Any]:
        _, answer = request(url, "/v1/completions", {"prompt": prompt, "max_tokens": 12, "temperature": 1, "seed": seed})
        choice = answer["choices"][0]
        ids = choice["token_ids"]
        agent = {
            "source": "agent",
            "text": choice["text"],
            "ids": ids,
            "logprobs": choice["logprobs"]["token_logprobs"],
            "train": True,
        }
        return {
            "id": f"{task}-{seed}",
            "group": task,
            "reward": sum(i % 2 == 0 for i in ids) / len(ids),
            "policy_version": answer["policy_version"],
            "segments": [{"source": "prompt", "text": PROMPT + task, "ids": prompt, "train": False}, agent],
        }

    return [one(seed) for seed in range(count)]


def update(
    policy: TrainerProcess, samples: list[dict[str, Any]], folder: Path, number: int, **settings: Any
) -> dict[str, Any]:
    batch = folder / f"batch-{number}.jsonl"
    batch.write_text("\n".join(json.dumps(sample) for sample in samples) + "\n")
    policy.send(
        {
            "command": "update",
            "id": f"u{number}",
            "batch": str(batch),
            "settings": {**GRPO, **settings},
            "output_dir": str(folder / f"iteration-{number}"),
            "consumed_task_ids": [f"task-{number}"],
            "policy_version": f"v{number}",
            "seed": number,
        }
    )
    return policy.until("updated")


def test_a_policy_answers_completions_and_ends_when_stdin_closes(start: Start, scratch: str) -> None:
    policy = start(policy_job(scratch))
    url = policy.until("ready")["url"]
    assert request(url, "/health")[1]["status"] == "ok"
    assert request(url, "/v1/models")[1]["data"][0]["max_model_len"] == 512
    _, tokens = request(url, "/tokenize", {"prompt": PROMPT, "add_special_tokens": False})
    body = {
        "prompt": tokens["tokens"],
        "max_tokens": 8,
        "temperature": 0.7,
        "seed": 3,
        "return_token_ids": True,
        "logprobs": True,
    }
    status, answer = request(url, "/v1/completions", body)
    choice = answer["choices"][0]
    assert status == 200 and answer["policy_version"] == "v0"
    assert len(choice["token_ids"]) == len(choice["logprobs"]["token_logprobs"]) == answer["usage"]["completion_tokens"]
    assert answer["usage"]["prompt_tokens"] == len(tokens["tokens"])
    assert request(url, "/v1/completions", body)[1]["choices"] == answer["choices"], "a seed fixes the answer"
    stopped = request(url, "/v1/completions", {**body, "stop_token_ids": choice["token_ids"][:1]})[1]["choices"][0]
    assert (stopped["finish_reason"], stopped["token_ids"]) == ("stop", choice["token_ids"][:1])
    assert policy.close() == 0


def test_bad_requests_are_refused_with_the_field_and_the_numbers(start: Start, scratch: str) -> None:
    policy = start(policy_job(scratch))
    url = policy.until("ready")["url"]
    status, answer = request(url, "/v1/completions", {"prompt": [5] * 510, "max_tokens": 8})
    assert status == 400 and all(number in answer["error"]["message"] for number in ("512", "510", "8"))
    for body, field in [
        ({"prompt": []}, "prompt"),
        ({"prompt": [10**6]}, "prompt"),
        ({"prompt": [5], "temperature": "hot"}, "temperature"),
        ({"prompt": [5], "max_tokens": 0}, "max_tokens"),
        ({"prompt": [5], "best_of": 3}, "best_of"),
    ]:
        status, answer = request(url, "/v1/completions", body)
        assert status == 400 and answer["error"]["param"] == field
    assert request(url, "/v1/chat", {"prompt": [5]})[0] == 404


def test_a_policy_that_was_killed_and_loaded_again_goes_on_as_if_it_had_not_been(
    start: Start, scratch: str, tmp_path: Path
) -> None:
    first = start(policy_job(scratch))
    url = first.until("ready")["url"]
    samples = [*sample_group(url, "a"), *sample_group(url, "b")]
    once = update(first, samples, tmp_path, 1)
    assert request(url, "/health")[1]["policy_version"] == "v1"
    assert once["metrics"]["logprob_gap_max"] < 1e-3, "sampled log-probabilities equal recomputed ones"
    folder = Path(once["path"])
    state = json.loads((folder / "state.json").read_text())
    assert (state["consumed_task_ids"], state["policy_version"], state["step"]) == (["task-1"], "v1", 1)
    assert (folder / "COMPLETE").exists()
    later = [*sample_group(url, "c"), *sample_group(url, "d")]
    update(first, later, tmp_path, 2)
    uninterrupted = (tmp_path / "iteration-2" / "adapter_model.safetensors").read_bytes()
    first.kill()

    second = start(policy_job(scratch))
    url = second.until("ready")["url"]
    second.send(
        {"command": "load", "id": "l", "adapter": str(folder), "trainer_state": str(folder), "policy_version": "v1"}
    )
    assert second.until("loaded")["policy_version"] == "v1"
    assert [*sample_group(url, "c"), *sample_group(url, "d")] == later, "the same weights sample the same attempts"
    update(second, later, tmp_path, 2)
    assert (tmp_path / "iteration-2" / "adapter_model.safetensors").read_bytes() == uninterrupted


def test_a_refused_command_names_what_is_wrong_and_leaves_the_policy_serving(
    start: Start, scratch: str, tmp_path: Path
) -> None:
    policy = start(policy_job(scratch))
    url = policy.until("ready")["url"]
    greedy = {"prompt": [5, 6, 7], "max_tokens": 6, "temperature": 0}
    before = request(url, "/v1/completions", greedy)[1]
    bad = {"command": "load", "id": "x", "adapter": None, "trainer_state": None, "policy_version": 4}
    policy.send(bad)
    with pytest.raises(AssertionError, match="policy_version"):
        policy.until("loaded")
    assert policy.events[-1]["id"] == "x" and policy.events[-1]["type"] == "ConfigError"
    samples = sample_group(url, "a")
    samples[0]["reward"], samples[1]["reward"] = 1e38, -1e38
    with pytest.raises(AssertionError, match="LossNotFinite"):
        update(policy, samples, tmp_path, 1, scale_by_std=False)
    assert not (tmp_path / "iteration-1").exists()
    after = request(url, "/v1/completions", greedy)[1]
    assert (after["choices"], after["policy_version"]) == (before["choices"], "v0")


def test_requests_during_an_update_wait_and_are_answered_by_the_new_version(
    start: Start, scratch: str, tmp_path: Path
) -> None:
    policy = start(policy_job(scratch))
    url = policy.until("ready")["url"]
    samples = [sample for task in "abcdef" for sample in sample_group(url, task)]

    def ask(seed: int) -> str:
        body = {"prompt": [5, 6, 7], "max_tokens": 40, "temperature": 1, "seed": seed}
        return str(request(url, "/v1/completions", body)[1]["policy_version"])

    answers = all_at_once([lambda: update(policy, samples, tmp_path, 1), *[lambda s=s: ask(s) for s in range(12)]])
    assert set(answers[1:]) <= {"v0", "v1"}
    assert ask(99) == "v1"


def test_sigterm_ends_a_policy_with_143(start: Start, scratch: str) -> None:
    policy = start(policy_job(scratch))
    policy.until("ready")
    os.kill(policy.process.pid, signal.SIGTERM)
    assert policy.process.wait(timeout=20) == 143


def test_a_trainer_does_not_outlive_the_process_that_started_it(scratch: str, tmp_path: Path) -> None:
    job = tmp_path / "job.json"
    job.write_text(json.dumps(policy_job(scratch)))
    # A keeper holds the trainer's stdin open, so that only its parent's death can end it.
    read, write = os.pipe()
    worker = (
        "import subprocess, sys\n"
        "p = subprocess.Popen([sys.executable, '-m', 'trainer', sys.argv[1]], stdin=int(sys.argv[2]), stdout=subprocess.PIPE, text=True)\n"
        "p.stdout.readline()\n"
        "print(p.pid, flush=True)\n"
        "p.wait()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", worker, str(job), str(read)], cwd=ROOT, stdout=subprocess.PIPE, pass_fds=(read,), text=True
    )
    assert parent.stdout is not None
    trainer = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 5
    while is_running(trainer) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_running(trainer)
    os.close(read)
    os.close(write)


def is_running(pid: int) -> bool:
    """Neither gone nor a zombie that nobody has waited for."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
