"""Segments become ids and mask by one rule, whatever the tokenizer would rather have merged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from conftest import segment
from transformers import AutoTokenizer

from trainer.errors import DatasetInvalid
from trainer.loss import make_batch
from trainer.tokens import read_segments, read_sft_examples, tokenize


@pytest.fixture(scope="module")
def tokenizer(scratch: str) -> AutoTokenizer:
    return AutoTokenizer.from_pretrained(scratch)


def test_each_segment_is_tokenized_on_its_own(tokenizer: AutoTokenizer) -> None:
    pieces = [segment("prompt", "exe", False), segment("agent", "c\nawk<|im_end|>", True)]
    example = tokenize("x", read_segments(pieces, "x"), tokenizer, 640)
    apart = [tokenizer.encode(piece["text"], add_special_tokens=False) for piece in pieces]
    assert example.ids == apart[0] + apart[1]
    assert example.ids != tokenizer.encode("exec\nawk<|im_end|>", add_special_tokens=False)
    assert example.mask == [False] * len(apart[0]) + [True] * len(apart[1])
    assert example.ids[-1] == tokenizer.eos_token_id, "a marker inside text is the one special token"


def test_sampled_ids_are_never_tokenized_again(tokenizer: AutoTokenizer) -> None:
    odd = [tokenizer.encode(letter, add_special_tokens=False)[0] for letter in "exec"]
    pieces = [segment("prompt", "a", False), segment("agent", "exec", True, ids=odd, logprobs=[-1.0, -2.0, -3.0, -4.0])]
    example = tokenize("x", read_segments(pieces, "x"), tokenizer, 640)
    assert example.ids[1:] == odd
    assert example.logprobs == [None, -1.0, -2.0, -3.0, -4.0]


def test_the_batch_marks_the_position_before_each_trained_token(tokenizer: AutoTokenizer) -> None:
    one = [segment("prompt", "a", False, ids=[5, 6]), segment("agent", "b", True, ids=[7])]
    other = [segment("agent", "b", True, ids=[7, 8]), segment("environment", "c", False, ids=[9, 9])]
    short, long = (tokenize("x", read_segments(pieces, "x"), tokenizer, 640) for pieces in (one, other))
    batch = make_batch([short, long], torch.device("cpu"))
    assert batch.trained.tolist() == [[False, True, False], [True, False, False]]
    assert batch.ids[:, 1:][batch.trained].tolist() == [7, 8]
    assert (batch.tokens, batch.trained_tokens) == (7, 2), "nothing predicts an example's first token"


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"source": "user", "text": "a", "train": True}, "source"),
        ({"source": "agent", "text": "a"}, "train"),
        ({"source": "agent", "text": "a", "train": True, "ids": [1, 2], "logprobs": [-1.0]}, "1 logprobs for 2 ids"),
        ({"source": "agent", "text": "a", "train": True, "ids": [10**7]}, "vocabulary"),
        ({"source": "agent", "text": "a", "train": True, "colour": 1}, "colour"),
    ],
)
def test_a_broken_segment_is_named_with_its_line(
    tokenizer: AutoTokenizer, tmp_path: Path, broken: dict[str, object], words: str
) -> None:
    path = tmp_path / "examples.jsonl"
    good = {"id": "a", "segments": [segment("prompt", "a", False), segment("agent", "b", True)]}
    path.write_text(json.dumps(good) + "\n" + json.dumps({"id": "b", "segments": [broken]}) + "\n")
    with pytest.raises(DatasetInvalid, match=words) as caught:
        read_sft_examples(str(path), tokenizer, 640)
    assert "line 2" in str(caught.value) or "example b" in str(caught.value)


def test_a_line_separator_inside_text_does_not_split_a_line(tokenizer: AutoTokenizer, tmp_path: Path) -> None:
    path = tmp_path / "examples.jsonl"
    value = {"id": "a", "segments": [segment("prompt", "a\u2028b", False), segment("agent", "b", True)]}
    path.write_text(json.dumps(value, ensure_ascii=False) + "\n", encoding="utf-8")
    assert len(read_sft_examples(str(path), tokenizer, 640)) == 1
