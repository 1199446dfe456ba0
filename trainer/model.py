"""Loads a local Hugging Face model folder for training or serving, on the device and in the precision asked for.

Method `lora`: weights frozen, every linear layer but the output head gets merged LoRA (trainer/lora.py), all arithmetic in the compute
type; Llama-type networks go through the lean forward (trainer/llama.py), others through their own transformers code.
Method `full`: fp32 weights under autocast.
"""

from __future__ import annotations

import json
import os
import warnings
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerFast
from transformers.utils import logging as transformers_logging

from trainer.adapter import load_adapter, read_adapter_lora
from trainer.errors import CheckpointIncompatible, ConfigError, DeviceUnavailable, ModelUnreadable
from trainer.jobs import Lora, ModelChoice
from trainer.llama import LlamaNetwork, batch_hidden, is_lean_llama
from trainer.lora import MergedLinear, set_lora


@dataclass
class LoadedModel:
    """A causal language model ready to train. `lora` is None when all weights are trained."""

    network: LlamaNetwork | PreTrainedModel
    tokenizer: PreTrainedTokenizerFast
    folder: str
    device: torch.device
    compute: torch.dtype
    lora: Lora | None
    # Of the model as it came, without LoRA.
    base_parameters: int

    @property
    def vocabulary(self) -> int:
        return int(self.network.config.vocab_size)

    @property
    def precision(self) -> str:
        return "bf16" if self.compute == torch.bfloat16 else "fp32"

    def trainable(self) -> dict[str, nn.Parameter]:
        return {name: p for name, p in sorted(self.network.named_parameters()) if p.requires_grad}

    def hidden(self, ids: Tensor, attention: Tensor) -> Tensor:
        """Last hidden states [batch, length, width] of right-padded rows; `attention` is 0 on padding."""
        if isinstance(self.network, LlamaNetwork):
            return batch_hidden(self.network, ids)
        output: Tensor = self.network.base_model(input_ids=ids, attention_mask=attention).last_hidden_state
        return output

    def logits(self, hidden: Tensor) -> Tensor:
        if isinstance(self.network, LlamaNetwork):
            return self.network.logits(hidden)
        head: nn.Module = self.network.get_output_embeddings()
        scores: Tensor = head(hidden)
        return scores

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
    """For training. `lora` gives the adapter's shape, with which `choice.adapter` must agree; None trains all weights."""
    if lora is not None:
        model = load_frozen(choice)
        torch.manual_seed(choice.seed)
        give_lora(model, lora, choice.adapter)
        return model
    if choice.adapter is not None:
        raise ConfigError("method full cannot go on from an adapter", next_step="set adapter to null, or use method lora")
    device = choose_device(choice.device)
    source, tokenizer = _read_folder(choice.model, device)
    compute = choose_compute(choice.precision, device)
    return LoadedModel(source, tokenizer, choice.model, device, compute, None, source.num_parameters())


def load_frozen(choice: ModelChoice) -> LoadedModel:
    """Without any trainable weight yet; `give_lora` adds an adapter. `choice.adapter` is left to the caller."""
    device = choose_device(choice.device)
    source, tokenizer = _read_folder(choice.model, device)
    compute = choose_compute(choice.precision, device)
    parameters = source.num_parameters()
    return LoadedModel(frozen_network(source, compute), tokenizer, choice.model, device, compute, None, parameters)


def frozen_network(source: PreTrainedModel, compute: torch.dtype) -> LlamaNetwork | PreTrainedModel:
    """The network with all linear layers but the head as MergedLinear, and no trainable weight."""
    source.requires_grad_(False)
    if is_lean_llama(source.config):
        return LlamaNetwork(source, compute)
    head = source.get_output_embeddings()
    named = dict(source.named_modules())
    for name, module in named.items():
        if isinstance(module, nn.Linear) and module is not head:
            parent, _, child = name.rpartition(".")
            setattr(named[parent], child, MergedLinear({name: module}, compute))
    for parameter in source.parameters():
        parameter.data = parameter.data.to(compute)
    return source


def give_lora(model: LoadedModel, lora: Lora | None, adapter: str | None) -> None:
    """Sets the model's LoRA: fresh, from an adapter folder, or (`lora` None) none at all."""
    if lora is not None and adapter is not None:
        check_adapter_shape(Path(adapter), lora)
    set_lora(model.network, lora)
    model.lora = lora
    if adapter is not None:
        load_adapter(model.network, Path(adapter))


def check_adapter_shape(folder: Path, lora: Lora) -> None:
    found = read_adapter_lora(folder)
    if found != lora:
        raise CheckpointIncompatible(
            f"adapter {folder} has rank {found.rank} and alpha {found.alpha:g}, "
            f"the settings ask for rank {lora.rank} and alpha {lora.alpha:g}"
        )


def _read_folder(folder: str, device: torch.device) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
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
    network.to(device)  # type: ignore[arg-type]
    return network, tokenizer
