"""Loads a local Hugging Face model folder for training or serving, on the device and in the precision asked for.

Method `lora`: weights frozen, every linear layer but the output head gets merged LoRA (trainer/lora.py), all arithmetic in the compute
type. Method `full`: fp32 weights under autocast.
"""

from __future__ import annotations

import json
import os
import warnings
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerFast
from transformers.utils import logging as transformers_logging

from trainer.adapter import load_adapter, read_adapter_lora
from trainer.errors import CheckpointIncompatible, ConfigError, DeviceUnavailable, ModelUnreadable
from trainer.jobs import Lora, ModelChoice
from trainer.lora import MergedLoraLinear, lora_layers


@dataclass
class LoadedModel:
    """A causal language model ready to train. `lora` is None when all weights are trained."""

    network: PreTrainedModel
    tokenizer: PreTrainedTokenizerFast
    folder: str
    device: torch.device
    compute: torch.dtype
    lora: Lora | None

    @property
    def vocabulary(self) -> int:
        return int(self.network.config.vocab_size)

    @property
    def precision(self) -> str:
        return "bf16" if self.compute == torch.bfloat16 else "fp32"

    def trainable(self) -> dict[str, nn.Parameter]:
        return {name: p for name, p in sorted(self.network.named_parameters()) if p.requires_grad}

    def count_parameters(self) -> int:
        """Of the base model, whatever its layers have been replaced by."""
        frozen = sum(w.numel() for layer in lora_layers(self.network) for w in layer.weights)
        own = sum(p.numel() for p in self.network.parameters())
        return frozen + own - (sum(p.numel() for p in self.trainable().values()) if self.lora else 0)

    def arithmetic(self) -> AbstractContextManager[object]:
        """The context that forward passes run in."""
        if self.lora is None and self.compute != torch.float32:
            return torch.autocast(self.device.type, dtype=self.compute)
        return nullcontext()


def _cpu_has_bf16() -> bool:
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def choose_device(name: str) -> torch.device:
    if name == "cuda" and not torch.cuda.is_available():
        raise DeviceUnavailable("device cuda was asked for, but torch sees no CUDA device on this machine")
    if name == "cpu":
        # One thread a core that this process may use, not one a core of the machine.
        torch.set_num_threads(len(os.sched_getaffinity(0)))
    return torch.device(name)


def choose_compute(precision: str, device: torch.device) -> torch.dtype:
    if precision == "auto":
        has_bf16 = torch.cuda.is_bf16_supported() if device.type == "cuda" else _cpu_has_bf16()
        return torch.bfloat16 if has_bf16 else torch.float32
    return torch.bfloat16 if precision == "bf16" else torch.float32


def load_model(choice: ModelChoice, lora: Lora | None) -> LoadedModel:
    """`lora` gives the shape of a fresh adapter; with `choice.adapter` that adapter's own shape must agree with it."""
    device = choose_device(choice.device)
    compute = choose_compute(choice.precision, device)
    network, tokenizer = _read_folder(choice.model)
    network.to(device)  # type: ignore[arg-type]
    torch.manual_seed(choice.seed)
    if lora is not None:
        if choice.adapter is not None:
            check_adapter_shape(Path(choice.adapter), lora)
        _add_lora(network, lora, compute)
        if choice.adapter is not None:
            load_adapter(network, Path(choice.adapter))
    elif choice.adapter is not None:
        raise ConfigError(
            "method full cannot go on from an adapter", next_step="set adapter to null, or use method lora"
        )
    return LoadedModel(network, tokenizer, choice.model, device, compute, lora)


def check_adapter_shape(folder: Path, lora: Lora) -> None:
    found = read_adapter_lora(folder)
    if found != lora:
        raise CheckpointIncompatible(
            f"adapter {folder} has rank {found.rank} and alpha {found.alpha:g}, "
            f"the settings ask for rank {lora.rank} and alpha {lora.alpha:g}"
        )


def _read_folder(folder: str) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    path = Path(folder)
    try:
        json.loads((path / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelUnreadable(f"model folder {folder}: config.json cannot be read: {error}") from error
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    warnings.filterwarnings("ignore", category=FutureWarning)
    try:
        tokenizer = AutoTokenizer.from_pretrained(path, local_files_only=True)
        network = AutoModelForCausalLM.from_pretrained(
            path, local_files_only=True, dtype=torch.float32, attn_implementation="eager"
        )
    except Exception as error:  # whatever the libraries raise here is about the folder
        raise ModelUnreadable(f"model folder {folder} cannot be loaded: {error}") from error
    network.config.use_cache = False
    return network, tokenizer


def _add_lora(network: PreTrainedModel, lora: Lora, compute: torch.dtype) -> None:
    network.requires_grad_(False)
    head = network.get_output_embeddings()
    linears = [
        (name, module) for name, module in network.named_modules() if isinstance(module, nn.Linear) and module is not head
    ]
    for name, linear in linears:
        parent, _, child = name.rpartition(".")
        setattr(network.get_submodule(parent), child, MergedLoraLinear({name: linear}, lora.rank, lora.alpha, compute))
    for parameter in network.parameters():
        if not parameter.requires_grad:
            parameter.data = parameter.data.to(compute)
