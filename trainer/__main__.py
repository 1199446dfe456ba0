"""python -m trainer JOB.json

Runs one job of domain/training/trainer-protocol.ts: `sft` trains and ends; `policy` serves and trains until stdin closes.
Exit codes: 0 done, 1 unforeseen, 2 a typed error (its event says which), 143 ended by SIGTERM with a checkpoint written.
"""

from __future__ import annotations

import signal
import sys

from trainer.errors import ConfigError, typed
from trainer.protocol import EXIT_TERMINATED, EventWriter, Terminated, die_with_parent, open_events


def _raise_terminated(_signal: int, _frame: object) -> None:
    raise Terminated


def run(arguments: list[str], emit: EventWriter) -> int:
    if len(arguments) != 1:
        raise ConfigError("expected one argument, the job file", next_step="python -m trainer JOB.json")
    # Heavy imports wait until the job is known to be readable: a bad job is refused within a second.
    from trainer.jobs import SftJob, read_job

    job = read_job(arguments[0])
    if isinstance(job, SftJob):
        from trainer.sft import run_sft

        run_sft(job, emit)
    else:
        from trainer.policy import run_policy

        run_policy(job, emit)
    return 0


def run_job(arguments: list[str], emit: EventWriter) -> int:
    """Exit code of the job; whatever went wrong has become an event."""
    try:
        return run(arguments, emit)
    except Terminated:
        return EXIT_TERMINATED
    except Exception as error:  # the process boundary
        emit.error(error)
        return 2 if typed(error) else 1


def main() -> int:
    emit = open_events()
    die_with_parent()
    signal.signal(signal.SIGTERM, _raise_terminated)
    return run_job(sys.argv[1:], emit)


if __name__ == "__main__":
    sys.exit(main())
