"""Writes a Hugging Face model folder that is either whole or absent.

Used by `python -m trainer.embedded_model` and `python -m trainer.scratch_model`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from safetensors.torch import save_file

if TYPE_CHECKING:
    import torch
    from transformers import LlamaConfig, PreTrainedTokenizerFast

COMPLETE = "COMPLETE"


@contextmanager
def written_aside(folder: Path) -> Iterator[Path]:
    """Yields a fresh folder beside `folder`; on success it gets its COMPLETE marker, then takes the final name.

    Whatever carried the final name before is replaced. After a failure or a kill only the aside folder can be left, which no
    reader takes for a whole one.
    """
    folder = folder.absolute()
    aside = folder.with_name(f".{folder.name}.{os.getpid()}.aside")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        yield aside
        for path in sorted(aside.rglob("*")):
            _flush(path)
        (aside / COMPLETE).write_text("")
        _flush(aside)
        if folder.exists():
            replaced = folder.with_name(f".{folder.name}.{os.getpid()}.replaced")
            folder.rename(replaced)
            aside.rename(folder)
            shutil.rmtree(replaced, ignore_errors=True)
        else:
            aside.rename(folder)
        _flush(folder.parent)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise


def is_complete(folder: Path) -> bool:
    return (folder / COMPLETE).is_file()


def content_hash(folder: Path) -> str:
    """sha256 over the sorted relative names and contents of a folder's files; the same content hashes the same anywhere."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
        with path.open("rb") as file:
            for block in iter(lambda: file.read(1 << 20), b""):
                digest.update(block)
    return digest.hexdigest()


def save_llama(
    folder: Path, config: LlamaConfig, tensors: dict[str, torch.Tensor], tokenizer: PreTrainedTokenizerFast
) -> str:
    """Writes config, weights and tokenizer as one whole folder and returns its content hash."""
    with written_aside(folder) as aside:
        config.save_pretrained(aside)
        save_file(tensors, aside / "model.safetensors", metadata={"format": "pt"})
        tokenizer.save_pretrained(aside)
        (aside / "model.safetensors").chmod(0o644)  # safetensors makes it private, the store and other users read it
        generation = {"bos_token_id": config.bos_token_id, "eos_token_id": config.eos_token_id}
        (aside / "generation_config.json").write_text(json.dumps(generation, indent=2, sort_keys=True) + "\n")
    return content_hash(folder)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
