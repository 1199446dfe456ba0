"""What the trainer's tests share: a scratch model made once, examples in the shape the pipeline writes them, and trainer processes."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from trainer.__main__ import run_job  # noqa: E402
from trainer.protocol import EventWriter  # noqa: E402
from trainer.scratch_model import write_scratch_model  # noqa: E402

WORDS = ["sales", "orders", "stock", "people", "visits", "prices"]


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("models") / "scratch"
    write_scratch_model(folder, seed=7)
    return str(folder)


def segment(source: str, text: str, train: bool, **more: Any) -> dict[str, Any]:
    return {"source": source, "text": text, "train": train, **more}


def trajectory(number: int) -> list[dict[str, Any]]:
    """A short attempt in the compact profile; every second one looks at the file first."""
    name = f"{WORDS[number % len(WORDS)]}{number}.csv"
    column = number % 4 + 2
    segments = [
        segment(
            "prompt",
            f"<|im_start|>system\nAn agent.<|im_end|>\n<|im_start|>user\nSum column {column} of {name}.<|im_end|>\n<|im_start|>assistant\n",
            False,
        )
    ]
    if number % 2:
        segments += [
            segment("agent", f"exec\nhead {name}<|im_end|>", True),
            segment("environment", "\n<|im_start|>tool\nid,name,amount\n1,ann,3\n<|im_end|>\n<|im_start|>assistant\n", False),
        ]
    return [
        *segments,
        segment("agent", f"exec\nawk -F, '{{s += ${column}}} END {{print s}}' {name} > out.txt<|im_end|>", True),
        segment("environment", "\n<|im_start|>tool\n(ok)<|im_end|>\n<|im_start|>assistant\n", False),
        segment("agent", "finish\nDone<|im_end|>", True),
    ]


def write_examples(path: Path, count: int, start: int = 0) -> str:
    lines = [json.dumps({"id": f"e{i}", "segments": trajectory(i)}) for i in range(start, start + count)]
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def sft_job(model_folder: str, examples_path: str, output_dir: Path, **changes: Any) -> dict[str, Any]:
    """A job with settings overridden by name; those that are not settings replace fields of the job."""
    settings = {
        "method": "lora",
        "lora": {"rank": 4, "alpha": 8},
        "learning_rate": 0.003,
        "warmup_ratio": 0.1,
        "batch_size": 4,
        "epochs": 2,
        "max_steps": None,
        "max_tokens": 512,
        "checkpoint_every_steps": 3,
    }
    job = {
        "job": "sft",
        "model": model_folder,
        "adapter": None,
        "device": "cpu",
        "precision": "fp32",
        "seed": 1,
        "examples": examples_path,
        "eval_examples": None,
        "output_dir": str(output_dir),
        "settings": settings,
    }
    for name, value in changes.items():
        (settings if name in settings else job)[name] = value
    return job


class TrainerProcess:
    """`python -m trainer` as the gpu worker starts it: events on descriptor 3, commands on stdin."""

    def __init__(self, job: dict[str, Any], folder: Path) -> None:
        path = folder / f"job-{len(list(folder.glob('job-*.json')))}.json"
        path.write_text(json.dumps(job))
        # The shell moves its own stdout to descriptor 3; what the trainer's libraries print goes to stderr.
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", 'exec "$0" -m trainer "$1" 3>&1 1>&2', sys.executable, str(path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.events: list[dict[str, Any]] = []
        assert self.process.stdout is not None
        self._lines = self.process.stdout

    def until(self, name: str, accept: Callable[[dict[str, Any]], bool] = lambda event: True) -> dict[str, Any]:
        """Reads on to the next event of that name; an error event that was not asked for fails the test."""
        for line in self._lines:
            event = json.loads(line)
            self.events.append(event)
            if event["event"] == name and accept(event):
                return event
            assert event["event"] != "error", event
        raise AssertionError(f"the trainer ended ({self.process.wait()}) without {name}: {self.events[-3:]}")

    def send(self, command: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()

    def close(self) -> int:
        """Ends stdin, as a worker that goes away does, and waits."""
        assert self.process.stdin is not None
        if not self.process.stdin.closed:
            self.process.stdin.close()
        return self.process.wait(timeout=60)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def run_here(job: dict[str, Any], folder: Path) -> tuple[int, list[dict[str, Any]]]:
    """(exit code, events) of a job run in this process: what a test does not need to kill starts faster so."""
    path, stream = folder / "job.json", io.StringIO()
    path.write_text(json.dumps(job))
    code = run_job([str(path)], EventWriter(stream))
    return code, [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[dict[str, Any]], TrainerProcess]]:
    started: list[TrainerProcess] = []

    def begin(job: dict[str, Any]) -> TrainerProcess:
        started.append(TrainerProcess(job, tmp_path))
        return started[-1]

    yield begin
    for process in started:
        if process.process.poll() is None:
            process.kill()


def policy_job(model: str, **changes: Any) -> dict[str, Any]:
    return {
        "job": "policy",
        "model": model,
        "adapter": None,
        "device": "cpu",
        "precision": "fp32",
        "seed": 1,
        "host": "127.0.0.1",
        "port": 0,
        "slots": 4,
        "context_tokens": 512,
        "policy_version": "v0",
        **changes,
    }


def request(url: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
    """(status, answer) of a POST with a body, or a GET without."""
    content = json.dumps(body).encode() if body is not None else None
    call = urllib.request.Request(url + path, data=content, headers={"content-type": "application/json"})
    try:
        with urllib.request.urlopen(call, timeout=60) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def all_at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Runs the calls in threads that start together; answers in the calls' order."""
    answers: list[Any] = [None] * len(calls)

    def run(number: int) -> None:
        answers[number] = calls[number]()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
