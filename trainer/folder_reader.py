"""Reads what a Hugging Face model folder holds, without importing transformers: that alone would cost every start seconds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

from trainer.errors import ModelUnreadable


def read_config(folder: Path) -> dict[str, Any]:
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelUnreadable(f"model folder {folder}: config.json cannot be read: {error}") from error
    if not isinstance(config, dict) or "model_type" not in config:
        raise ModelUnreadable(f"model folder {folder}: config.json names no model_type")
    return config


def read_weights(folder: Path) -> dict[str, torch.Tensor]:
    """All tensors of the folder's safetensors files by name."""
    paths = sorted(folder.glob("*.safetensors"))
    if not paths:
        raise ModelUnreadable(f"model folder {folder} holds no *.safetensors file")
    tensors: dict[str, torch.Tensor] = {}
    for path in paths:
        try:
            tensors.update(load_file(path))
        except Exception as error:  # safetensors raises its own kinds for truncated and foreign files
            raise ModelUnreadable(f"{path} cannot be read: {error}") from error
    return tensors


class TextCodec:
    """Text to token ids and back, by the folder's tokenizer.json. Special tokens inside text are recognised."""

    def __init__(self, folder: Path, config: dict[str, Any]) -> None:
        path = folder / "tokenizer.json"
        try:
            self._tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises plain Exception
            raise ModelUnreadable(f"{path} cannot be read: {error}") from error
        end = config.get("eos_token_id")
        # Some models end a turn on any of several tokens.
        self.end_tokens: list[int] = [end] if isinstance(end, int) else list(end or [])

    def encode(self, text: str, *, add_special_tokens: bool = False) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=add_special_tokens).ids
        return ids

    def decode(self, ids: list[int]) -> str:
        text: str = self._tokenizer.decode(ids, skip_special_tokens=False)
        return text
