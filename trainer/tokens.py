"""Segments to token ids and loss mask, by one rule: each segment is tokenized on its own, and never again.

A sampled segment's ids are taken as they are. Loss falls on the tokens of segments with `train`, and on no others.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from trainer.errors import DatasetInvalid

SOURCES = ("prompt", "agent", "environment")
SEGMENT_KEYS = {"source", "text", "ids", "logprobs", "train"}


class TextTokenizer(Protocol):
    def encode(self, text: str, *, add_special_tokens: bool) -> list[int]: ...


@dataclass(frozen=True)
class Segment:
    source: str
    text: str
    ids: list[int] | None
    logprobs: list[float] | None
    train: bool


@dataclass(frozen=True)
class TokenizedExample:
    """`mask[i]` says whether token i is trained on; `logprobs[i]` is the sampler's, None where it gave none."""

    id: str
    ids: list[int]
    mask: list[bool]
    logprobs: list[float | None]

    @property
    def trained_tokens(self) -> int:
        # The very first token has nothing before it that could predict it.
        return sum(self.mask[1:])


def read_json_lines(path: str, what: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields ("file line N", object) for each non-empty line."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise DatasetInvalid(f"{what} {path}: {error.strerror}") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{path} line {number}"
        try:
            value = json.loads(line)
        except ValueError as error:
            raise DatasetInvalid(f"{where} is not JSON: {error}") from error
        if not isinstance(value, dict):
            raise DatasetInvalid(f"{where}: expected an object")
        yield where, value


def require_keys(value: dict[str, Any], required: set[str], optional: set[str], where: str) -> None:
    missing, unknown = required - set(value), set(value) - required - optional
    if missing:
        raise DatasetInvalid(f"{where}: missing key {', '.join(sorted(missing))}")
    if unknown:
        raise DatasetInvalid(f"{where}: unknown key {', '.join(sorted(unknown))}")


def read_segments(value: Any, where: str) -> list[Segment]:
    if not isinstance(value, list) or not value:
        raise DatasetInvalid(f"{where}: segments must be a non-empty list")
    return [_read_segment(entry, f"{where} segment {number}") for number, entry in enumerate(value)]


def _read_segment(value: Any, where: str) -> Segment:
    if not isinstance(value, dict):
        raise DatasetInvalid(f"{where}: expected an object")
    require_keys(value, {"source", "text", "train"}, SEGMENT_KEYS, where)
    ids, logprobs = value.get("ids"), value.get("logprobs")
    if value["source"] not in SOURCES:
        raise DatasetInvalid(f"{where}: source must be one of {', '.join(SOURCES)}, got {value['source']!r}")
    if not isinstance(value["text"], str) or not isinstance(value["train"], bool):
        raise DatasetInvalid(f"{where}: text must be a string and train a boolean")
    if ids is not None and not (isinstance(ids, list) and all(type(i) is int and i >= 0 for i in ids)):
        raise DatasetInvalid(f"{where}: ids must be non-negative integers")
    if logprobs is not None and not (isinstance(logprobs, list) and all(type(p) in (int, float) for p in logprobs)):
        raise DatasetInvalid(f"{where}: logprobs must be numbers")
    if logprobs is not None and (ids is None or len(logprobs) != len(ids)):
        raise DatasetInvalid(f"{where}: {len(logprobs)} logprobs for {len(ids or [])} ids")
    return Segment(value["source"], value["text"], ids, logprobs, value["train"])


def tokenize(example_id: str, segments: list[Segment], tokenizer: TextTokenizer, vocabulary: int) -> TokenizedExample:
    ids: list[int] = []
    mask: list[bool] = []
    logprobs: list[float | None] = []
    for segment in segments:
        piece = segment.ids if segment.ids is not None else tokenizer.encode(segment.text, add_special_tokens=False)
        if piece and max(piece) >= vocabulary:
            raise DatasetInvalid(f"example {example_id}: token id {max(piece)} is outside the vocabulary of {vocabulary}")
        ids += piece
        mask += [segment.train] * len(piece)
        logprobs += segment.logprobs if segment.logprobs is not None else [None] * len(piece)
    return TokenizedExample(example_id, ids, mask, logprobs)


def read_sft_examples(path: str, tokenizer: TextTokenizer, vocabulary: int) -> list[TokenizedExample]:
    """All examples of a JSONL file of SftExample. Raises DatasetInvalid where one has nothing to train on."""
    examples: list[TokenizedExample] = []
    for where, value in read_json_lines(path, "examples"):
        require_keys(value, {"id", "segments"}, set(), where)
        example = tokenize(str(value["id"]), read_segments(value["segments"], where), tokenizer, vocabulary)
        if example.trained_tokens == 0:
            raise DatasetInvalid(f"{where}: example {example.id} has no token to train on")
        examples.append(example)
    if not examples:
        raise DatasetInvalid(f"{path} holds no examples")
    return examples
