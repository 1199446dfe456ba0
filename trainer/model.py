"""Loads a local Hugging Face model folder for training or serving, on the device and in the precision asked for.

Method `lora`: weights frozen, every linear layer but the output head gets merged LoRA (trainer/lora.py), all arithmetic in the compute
type; Llama-type networks go through the lean forward (trainer/llama.py), others through their own transformers code.
Method `full`: fp32 weights under autocast.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import torch
from torch import Tensor, nn

from trainer.adapter import load_adapter, read_adapter_lora
from trainer.errors import CheckpointIncompatible, ConfigError, DeviceUnavailable, ModelUnreadable
from trainer.folder_reader import TextCodec, read_config, read_weights
from trainer.jobs import Lora, ModelChoice
from trainer.llama import LlamaNetwork, LlamaShape, batch_hidden
from trainer.lora import MergedLinear, merged_layers, set_lora

if TYPE_CHECKING:
    # Imported when needed only: Llama-type models do without, and start seconds sooner.
    from transformers import PreTrainedModel

Network: TypeAlias = "LlamaNetwork | PreTrainedModel"


@dataclass
class LoadedModel:
    """A causal language model ready to train. `lora` is None when all weights are trained."""

    network: Network
    codec: TextCodec
    config: dict[str, Any]
    folder: str
    device: torch.device
    compute: torch.dtype
    lora: Lora | None
    @property
    def vocabulary(self) -> int:
        return int(self.config["vocab_size"])

    @property
    def base_parameters(self) -> int:
        """Of the model as it came, without LoRA."""
        merged = sum(w.numel() for layer in merged_layers(self.network) for w in layer.weights)
        factors = sum(p.numel() for p in self.trainable().values()) if self.lora is not None else 0
        rest = sum(p.numel() for p in self.network.parameters()) - factors
        if isinstance(self.network, LlamaNetwork):
            rest += self.network.count_frozen()
        return merged + rest

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
    return _loaded(choice, lambda device, _: _transformers_network(choice.model, device))


def load_frozen(choice: ModelChoice) -> LoadedModel:
    """Without any trainable weight yet; `give_lora` adds an adapter. `choice.adapter` is left to the caller."""
    return _loaded(choice, lambda device, compute: _frozen_network(choice.model, device, compute))


def _loaded(choice: ModelChoice, network_of: Callable[[torch.device, torch.dtype], Network]) -> LoadedModel:
    device = choose_device(choice.device)
    compute = choose_compute(choice.precision, device)
    config = read_config(Path(choice.model))
    codec = TextCodec(Path(choice.model), config)
    return LoadedModel(network_of(device, compute), codec, config, choice.model, device, compute, None)


def _frozen_network(folder: str, device: torch.device, compute: torch.dtype) -> Network:
    """The network with all linear layers but the head as MergedLinear, and no trainable weight."""
    shape = LlamaShape.of(read_config(Path(folder)))
    if shape is not None:
        weights = {name: tensor.to(device) for name, tensor in read_weights(Path(folder)).items()}
        try:
            return LlamaNetwork(shape, weights, compute)
        except KeyError as error:
            raise ModelUnreadable(f"model folder {folder} lacks the tensor {error}") from error
    source = _transformers_network(folder, device)
    source.requires_grad_(False)
    head = source.get_output_embeddings()
    named = dict(source.named_modules())
    for name, module in named.items():
        if isinstance(module, nn.Linear) and module is not head:
            parent, _, child = name.rpartition(".")
            setattr(named[parent], child, MergedLinear({name: (module.weight, module.bias)}, compute))
    for parameter in source.parameters():
        parameter.data = parameter.data.to(compute)
    return source


def _transformers_network(folder: str, device: torch.device) -> PreTrainedModel:
    from transformers import AutoModelForCausalLM
    from transformers.utils import logging as transformers_logging

    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    warnings.filterwarnings("ignore", category=FutureWarning)
    try:
        network = AutoModelForCausalLM.from_pretrained(
            Path(folder), local_files_only=True, dtype=torch.float32, attn_implementation="eager"
        )
    except Exception as error:  # whatever the library raises here is about the folder
        raise ModelUnreadable(f"model folder {folder} cannot be loaded: {error}") from error
    network.config.use_cache = False
    network.to(device)  # type: ignore[arg-type]
    return network


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
