"""Checkpoints of a training run: whole or absent, and everything that the next step depends on.

A folder holds the weights (adapter or full), `optimizer.pt`, `rng.pt`, `state.json` and, last, `COMPLETE`.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
from pathlib import Path
from typing import Any

import torch
from torch.optim import Optimizer

from trainer.adapter import load_adapter, save_adapter
from trainer.errors import CheckpointIncompatible
from trainer.folder_reader import read_weights
from trainer.llama import LlamaNetwork
from trainer.model import LoadedModel
from trainer.model_folder import is_complete, written_aside

STEP_FOLDER = re.compile(r"step-(\d+)")
KEPT = 2


def save_weights(model: LoadedModel, folder: Path) -> None:
    if model.lora is not None:
        save_adapter(model.network, folder, model.lora, model.folder)
    elif not isinstance(model.network, LlamaNetwork):
        model.network.save_pretrained(folder)
        for path in Path(model.folder).glob("*token*"):
            shutil.copy(path, folder)
        if (template := Path(model.folder, "chat_template.jinja")).exists():
            shutil.copy(template, folder)


def save_checkpoint(folder: Path, model: LoadedModel, optimizer: Optimizer, state: dict[str, Any]) -> None:
    with written_aside(folder) as aside:
        save_weights(model, aside)
        torch.save(optimizer.state_dict(), aside / "optimizer.pt")
        torch.save(_random_states(), aside / "rng.pt")
        (aside / "state.json").write_text(json.dumps(state, indent=2, sort_keys=True) + "\n")


def read_state(folder: Path) -> dict[str, Any]:
    if not is_complete(folder):
        raise CheckpointIncompatible(f"{folder} is not a whole checkpoint: it has no COMPLETE marker")
    state: dict[str, Any] = json.loads((folder / "state.json").read_text(encoding="utf-8"))
    return state


def restore_checkpoint(folder: Path, model: LoadedModel, optimizer: Optimizer) -> None:
    """Weights, optimizer and random states as they were when the checkpoint was made."""
    if model.lora is not None:
        load_adapter(model.network, folder)
    else:
        _load_full_weights(model, folder)
    restore_training_state(folder, optimizer)


def restore_training_state(folder: Path, optimizer: Optimizer) -> None:
    try:
        optimizer.load_state_dict(torch.load(folder / "optimizer.pt", weights_only=True))
        states = torch.load(folder / "rng.pt", weights_only=True)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise CheckpointIncompatible(f"{folder}: optimizer or random state cannot be restored: {error}") from error
    version, internal, gauss = states["python"]
    random.setstate((version, tuple(internal), gauss))
    torch.set_rng_state(states["torch"])
    if torch.cuda.is_available() and states["cuda"]:
        torch.cuda.set_rng_state_all(states["cuda"])


def last_complete_step(output_dir: Path) -> Path | None:
    return max(_step_folders(output_dir), key=step_of, default=None)


def prune_steps(output_dir: Path, keep: int = KEPT) -> None:
    """Removes older checkpoints, and what a killed run left aside."""
    for folder in sorted(_step_folders(output_dir), key=step_of)[:-keep]:
        shutil.rmtree(folder, ignore_errors=True)
    for leftover in [*output_dir.glob(".*.aside"), *output_dir.glob(".*.replaced")]:
        shutil.rmtree(leftover, ignore_errors=True)


def step_of(folder: Path) -> int:
    match = STEP_FOLDER.fullmatch(folder.name)
    return int(match[1]) if match else -1


def weights_hash(model: LoadedModel) -> str:
    """sha256 of the trainable weights: equal exactly when two runs trained to the same bits."""
    digest = hashlib.sha256()
    for name, parameter in model.trainable().items():
        digest.update(name.encode())
        digest.update(parameter.detach().cpu().contiguous().view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def _step_folders(output_dir: Path) -> list[Path]:
    return [folder for folder in output_dir.glob("step-*") if step_of(folder) >= 0 and is_complete(folder)]


def _random_states() -> dict[str, Any]:
    version, internal, gauss = random.getstate()
    cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []
    return {"python": [version, list(internal), gauss], "torch": torch.get_rng_state(), "cuda": cuda}


def _load_full_weights(model: LoadedModel, folder: Path) -> None:
    try:
        missing, unexpected = model.network.load_state_dict(read_weights(folder), strict=False)
    except RuntimeError as error:
        raise CheckpointIncompatible(f"{folder} fits another model: {error}") from error
    tied = {"lm_head.weight"} if model.config.get("tie_word_embeddings") else set()
    if unexpected or set(missing) - tied:
        raise CheckpointIncompatible(f"{folder} fits another model: {sorted([*missing, *unexpected])[:3]}")
