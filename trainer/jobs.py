"""Job files and commands, read strictly: an unknown key, a missing one or a wrong type is a ConfigError that names it.

The schema is domain/training/trainer-protocol.ts; field names and bounds here are the same, and the tests hold them together.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from trainer.errors import ConfigError


class Fields:
    """Takes fields out of a JSON object one by one; `end` refuses whatever was not asked for."""

    def __init__(self, value: Any, where: str) -> None:
        if not isinstance(value, dict):
            raise ConfigError(f"{where}: expected an object, got {json.dumps(value)[:80]}")
        self._left = dict(value)
        self._where = where

    def _take(self, name: str, expected: str, accept: Any) -> Any:
        if name not in self._left:
            raise ConfigError(f"{self._where}.{name} is missing; expected {expected}")
        value = self._left.pop(name)
        if not accept(value):
            raise ConfigError(f"{self._where}.{name}: expected {expected}, got {json.dumps(value)[:80]}")
        return value

    def string(self, name: str) -> str:
        return str(self._take(name, "a string", lambda v: isinstance(v, str)))

    def string_or_null(self, name: str) -> str | None:
        value = self._take(name, "a string or null", lambda v: v is None or isinstance(v, str))
        return None if value is None else str(value)

    def choice(self, name: str, *choices: str) -> Any:
        return self._take(name, "one of " + ", ".join(choices), lambda v: v in choices)

    def boolean(self, name: str) -> bool:
        return bool(self._take(name, "true or false", lambda v: isinstance(v, bool)))

    def integer(self, name: str, minimum: int, maximum: int | None = None) -> int:
        expected = f"an integer of at least {minimum}" + (f" and at most {maximum}" if maximum is not None else "")
        return int(
            self._take(
                name, expected, lambda v: _is_integer(v) and v >= minimum and (maximum is None or v <= maximum)
            )
        )

    def integer_or_null(self, name: str, minimum: int) -> int | None:
        if name in self._left and self._left[name] is None:
            del self._left[name]
            return None
        return self.integer(name, minimum)

    def positive(self, name: str) -> float:
        return float(self._take(name, "a number above 0", lambda v: _is_number(v) and v > 0))

    def ratio(self, name: str) -> float:
        return float(self._take(name, "a number from 0 to 1", lambda v: _is_number(v) and 0 <= v <= 1))

    def strings(self, name: str) -> list[str]:
        accept = lambda v: isinstance(v, list) and all(isinstance(entry, str) for entry in v)  # noqa: E731
        return list(self._take(name, "a list of strings", accept))

    def has(self, name: str) -> bool:
        return name in self._left

    def object(self, name: str) -> Fields:
        return Fields(self._take(name, "an object", lambda v: isinstance(v, dict)), f"{self._where}.{name}")

    def end(self) -> None:
        if self._left:
            raise ConfigError(f"{self._where}: unknown key {', '.join(sorted(self._left))}")


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass(frozen=True)
class Lora:
    rank: int
    alpha: float

    @classmethod
    def read(cls, fields: Fields) -> Lora:
        lora = cls(rank=fields.integer("rank", 1), alpha=fields.positive("alpha"))
        fields.end()
        return lora


@dataclass(frozen=True)
class ModelChoice:
    """Which weights, where and in which number format: the part that all jobs share."""

    model: str
    adapter: str | None
    device: Literal["cpu", "cuda"]
    precision: Literal["auto", "bf16", "fp32"]
    seed: int

    @classmethod
    def take(cls, fields: Fields) -> ModelChoice:
        return cls(
            model=fields.string("model"),
            adapter=fields.string_or_null("adapter"),
            device=fields.choice("device", "cpu", "cuda"),
            precision=fields.choice("precision", "auto", "bf16", "fp32"),
            seed=fields.integer("seed", 0),
        )


@dataclass(frozen=True)
class SftSettings:
    method: Literal["lora", "full"]
    lora: Lora
    learning_rate: float
    warmup_ratio: float
    batch_size: int
    epochs: float
    max_steps: int | None
    max_tokens: int
    checkpoint_every_steps: int

    @classmethod
    def read(cls, fields: Fields) -> SftSettings:
        settings = cls(
            method=fields.choice("method", "lora", "full"),
            lora=Lora.read(fields.object("lora")),
            learning_rate=fields.positive("learning_rate"),
            warmup_ratio=fields.ratio("warmup_ratio"),
            batch_size=fields.integer("batch_size", 1),
            epochs=fields.positive("epochs"),
            max_steps=fields.integer_or_null("max_steps", 1),
            max_tokens=fields.integer("max_tokens", 1),
            checkpoint_every_steps=fields.integer("checkpoint_every_steps", 1),
        )
        fields.end()
        return settings


@dataclass(frozen=True)
class SftJob:
    choice: ModelChoice
    examples: str
    eval_examples: str | None
    output_dir: str
    settings: SftSettings


@dataclass(frozen=True)
class PolicyJob:
    choice: ModelChoice
    host: str
    port: int
    slots: int
    context_tokens: int
    policy_version: str


@dataclass(frozen=True)
class GrpoSettings:
    loss: Literal["grpo", "dapo", "dr_grpo"]
    lora: Lora
    learning_rate: float
    clip_low: float
    clip_high: float
    importance_cap: float
    scale_by_std: bool
    minibatches: int
    max_gradient_norm: float
    temperature: float

    @classmethod
    def read(cls, fields: Fields) -> GrpoSettings:
        settings = cls(
            loss=fields.choice("loss", "grpo", "dapo", "dr_grpo"),
            lora=Lora.read(fields.object("lora")),
            learning_rate=fields.positive("learning_rate"),
            clip_low=fields.positive("clip_low"),
            clip_high=fields.positive("clip_high"),
            importance_cap=fields.positive("importance_cap"),
            scale_by_std=fields.boolean("scale_by_std"),
            minibatches=fields.integer("minibatches", 1),
            max_gradient_norm=fields.positive("max_gradient_norm"),
            temperature=fields.positive("temperature") if fields.has("temperature") else 1.0,
        )
        fields.end()
        return settings


@dataclass(frozen=True)
class LoadCommand:
    id: str
    adapter: str | None
    trainer_state: str | None
    policy_version: str


@dataclass(frozen=True)
class UpdateCommand:
    id: str
    batch: str
    settings: GrpoSettings
    output_dir: str
    consumed_task_ids: list[str]
    policy_version: str
    seed: int


def read_job(path: str) -> SftJob | PolicyJob:
    try:
        value = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"job file {path}: {error.strerror}") from error
    except ValueError as error:
        raise ConfigError(f"job file {path} is not JSON: {error}") from error
    return parse_job(value)


def parse_job(value: Any) -> SftJob | PolicyJob:
    fields = Fields(value, "job")
    kind = fields.choice("job", "sft", "policy")
    choice = ModelChoice.take(fields)
    job: SftJob | PolicyJob
    if kind == "sft":
        job = SftJob(
            choice=choice,
            examples=fields.string("examples"),
            eval_examples=fields.string_or_null("eval_examples"),
            output_dir=fields.string("output_dir"),
            settings=SftSettings.read(fields.object("settings")),
        )
    else:
        job = PolicyJob(
            choice=choice,
            host=fields.string("host"),
            port=fields.integer("port", 0, 65_535),
            slots=fields.integer("slots", 1),
            context_tokens=fields.integer("context_tokens", 1),
            policy_version=fields.string("policy_version"),
        )
    fields.end()
    return job


def parse_command(line: str) -> LoadCommand | UpdateCommand:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise ConfigError(f"command is not JSON: {error}") from error
    fields = Fields(value, "command")
    kind = fields.choice("command", "load", "update")
    command: LoadCommand | UpdateCommand
    if kind == "load":
        command = LoadCommand(
            id=fields.string("id"),
            adapter=fields.string_or_null("adapter"),
            trainer_state=fields.string_or_null("trainer_state"),
            policy_version=fields.string("policy_version"),
        )
    else:
        command = UpdateCommand(
            id=fields.string("id"),
            batch=fields.string("batch"),
            settings=GrpoSettings.read(fields.object("settings")),
            output_dir=fields.string("output_dir"),
            consumed_task_ids=fields.strings("consumed_task_ids"),
            policy_version=fields.string("policy_version"),
            seed=fields.integer("seed", 0),
        )
    fields.end()
    return command


def command_id(line: str) -> str | None:
    """The id of a command that may be wrong otherwise, so that the refusal can still name what it answers."""
    try:
        value = json.loads(line)
    except ValueError:
        return None
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str) else None
