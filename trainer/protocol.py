"""The contract with the gpu worker, as in domain/training/trainer-protocol.ts: events out, and the process's manners.

Jobs and commands are read in trainer/jobs.py. Events are JSON lines on descriptor 3, or on stdout where 3 is closed.
"""

from __future__ import annotations

import ctypes
import json
import math
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any, TextIO

from trainer.errors import TrainerError, typed

EVENT_DESCRIPTOR = 3
EXIT_TERMINATED = 143
PR_SET_PDEATHSIG = 1


class Terminated(BaseException):
    """SIGTERM came: not an Exception, so that no broad handler swallows it."""


class EventWriter:
    """Writes events whole lines at a time, from any thread."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def __call__(self, event: str, **fields: Any) -> None:
        line = json.dumps({"event": event, **{k: _plain(v) for k, v in fields.items()}}, allow_nan=False)
        with self._lock:
            self._stream.write(line + "\n")
            self._stream.flush()

    def error(self, error: BaseException, command_id: str | None = None) -> None:
        known = typed(error)
        fields: dict[str, Any] = {
            "type": type(known or error).__name__,
            "message": str(known or error) or type(error).__name__,
            "retryable": known.retryable if known else True,
        }
        if known is not None and known.next_step:
            fields["next_step"] = known.next_step
        if command_id is not None:
            fields["id"] = command_id
        if known is None:
            traceback.print_exception(error)
        self("error", **fields)


def _plain(value: Any) -> Any:
    # JSON has no NaN; a number that is not one is reported as null.
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    return value


def open_events() -> EventWriter:
    """Must be called before anything else opens files: an unrelated file could otherwise have taken number 3."""
    try:
        os.fstat(EVENT_DESCRIPTOR)
        os.set_inheritable(EVENT_DESCRIPTOR, False)
        return EventWriter(os.fdopen(EVENT_DESCRIPTOR, "w", encoding="utf-8"))
    except OSError:
        return EventWriter(sys.stdout)


def die_with_parent() -> None:
    """Asks Linux to kill this process when the worker that started it dies, however it dies."""
    if sys.platform != "linux":
        return
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)  # it died in between, so the signal will never come


def run_command(main: Callable[[list[str]], int], arguments: list[str]) -> int:
    """Runs a small command-line tool; a typed error becomes two readable lines on stderr and exit code 2."""
    try:
        return main(arguments)
    except TrainerError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        if error.next_step:
            print(f"next step: {error.next_step}", file=sys.stderr)
        return 2
