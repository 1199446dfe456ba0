"""LoRA adapters on disk, in PEFT's own folder format: adapter_config.json and adapter_model.safetensors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from trainer.errors import CheckpointIncompatible
from trainer.jobs import Lora
from trainer.lora import named_factors, refresh_merged

PREFIX = "base_model.model."
# Variants of LoRA whose arithmetic differs from W + (alpha / rank) B A.
UNSUPPORTED = ("use_dora", "use_rslora", "fan_in_fan_out", "rank_pattern", "alpha_pattern", "modules_to_save")


def read_adapter_lora(folder: Path) -> Lora:
    """Rank and alpha of an adapter folder. Raises CheckpointIncompatible for what is not a plain LoRA adapter."""
    try:
        config: dict[str, Any] = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CheckpointIncompatible(f"adapter {folder} cannot be read: {error}") from error
    unusual = [key for key in UNSUPPORTED if config.get(key)]
    if config.get("peft_type") != "LORA" or config.get("bias", "none") != "none" or unusual:
        raise CheckpointIncompatible(f"adapter {folder} is not a plain LoRA adapter ({', '.join(unusual) or 'type or bias'})")
    return Lora(rank=int(config["r"]), alpha=float(config["lora_alpha"]))


def save_adapter(model: nn.Module, folder: Path, lora: Lora, base_model: str) -> None:
    tensors: dict[str, torch.Tensor] = {}
    factors = named_factors(model)
    for name, (a, b) in factors.items():
        tensors[f"{PREFIX}{name}.lora_A.weight"] = a.detach().cpu().contiguous()
        tensors[f"{PREFIX}{name}.lora_B.weight"] = b.detach().cpu().contiguous()
    # Written by hand: importing peft for one small file would make every start seconds slower. A test has PEFT read it.
    config = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "r": lora.rank,
        "lora_alpha": int(lora.alpha) if float(lora.alpha).is_integer() else lora.alpha,
        "lora_dropout": 0.0,
        "bias": "none",
        "target_modules": sorted({name.rsplit(".", 1)[-1] for name in factors}),
        # Only the last part: where the model lay on this machine means nothing on another.
        "base_model_name_or_path": Path(base_model).name,
        "inference_mode": True,
    }
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    path = folder / "adapter_model.safetensors"
    save_file(tensors, path, metadata={"format": "pt"})
    path.chmod(0o644)


@torch.no_grad()
def load_adapter(model: nn.Module, folder: Path) -> None:
    """Puts a folder's factors into the model's LoRA layers and merges them."""
    try:
        tensors = load_file(folder / "adapter_model.safetensors")
    except Exception as error:
        raise CheckpointIncompatible(f"adapter {folder} cannot be read: {error}") from error
    expected: dict[str, torch.Tensor] = {}
    for name, (a, b) in named_factors(model).items():
        expected[f"{PREFIX}{name}.lora_A.weight"] = a
        expected[f"{PREFIX}{name}.lora_B.weight"] = b
    if set(tensors) != set(expected):
        odd = sorted(set(tensors) ^ set(expected))
        raise CheckpointIncompatible(f"adapter {folder} fits another model: {len(odd)} layers differ, first {odd[0]}")
    for name, parameter in expected.items():
        if tensors[name].shape != parameter.shape:
            raise CheckpointIncompatible(
                f"adapter {folder}: {name} is {tuple(tensors[name].shape)}, the model needs {tuple(parameter.shape)}"
            )
        parameter.copy_(tensors[name])
    refresh_merged(model)
