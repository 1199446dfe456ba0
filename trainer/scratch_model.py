"""python -m trainer.scratch_model OUT_DIR --seed N

Makes a tiny, randomly initialised Llama-type model folder with a byte-level tokenizer that knows ChatML's markers. It says nothing
sensible; tests use it to run every part of the pipeline in seconds. Prints one JSON line {"path", "hash", "parameters"}.
The same seed gives the same bytes.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from trainer.model_folder import content_hash, is_complete, save_llama
from trainer.protocol import run_command

SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
VOCABULARY = 640
CONTEXT = 4096
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)

# What the merges are learned from. Part of the model's identity: a change here changes every scratch model's hash.
SAMPLE = """
You are an agent at work in a folder of files. Answer with one tool call: exec, read, write, edit, list or finish.
exec
awk -F, 'NR>1 {sum += $3} END {print sum}' sales.csv > total.txt
exec
grep -c ERROR app.log > count.txt
exec
sort -t, -k2 -n -r people.csv | head -n 1 | cut -d, -f1 > top.txt
exec
python3 -c "import json; print(json.load(open('config.json'))['server']['port'])" > port.txt
exec
wc -l notes.txt
read
report.txt
write
answer.txt
finish
Done
Write the sum of column amount of the file orders.csv to the file result.txt, as a plain number and nothing else.
Count the lines of server.log that contain WARN and write the number to warnings.txt.
Find the name of the person with the largest age in people.csv. Write the value of key timeout in settings.ini to out.txt.
(ok) exit code 1: no such file or directory
system user assistant tool
""" * 4


def make_tokenizer() -> PreTrainedTokenizerFast:
    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    backend.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[AddedToken(token, special=True) for token in SPECIALS],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    backend.train_from_iterator(SAMPLE.split("\n"), trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend,
        bos_token="<|im_start|>",
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        unk_token="<|endoftext|>",
        model_max_length=CONTEXT,
        clean_up_tokenization_spaces=False,
    )
    tokenizer.chat_template = CHAT_TEMPLATE
    return tokenizer


def write_scratch_model(folder: Path, seed: int, layers: int = 2, hidden: int = 64) -> dict[str, Any]:
    if not is_complete(folder):
        tokenizer = make_tokenizer()
        config = LlamaConfig(
            architectures=["LlamaForCausalLM"],
            vocab_size=len(tokenizer),
            hidden_size=hidden,
            intermediate_size=hidden * 3,
            num_hidden_layers=layers,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=CONTEXT,
            rope_parameters={"rope_type": "default", "rope_theta": 10_000.0},
            bos_token_id=1,
            eos_token_id=2,
            pad_token_id=0,
            tie_word_embeddings=True,
            dtype="float32",
        )
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            network = LlamaForCausalLM(config)
        tensors = {name: w.contiguous() for name, w in network.state_dict().items() if name != "lm_head.weight"}
        save_llama(folder, config, tensors, tokenizer)
    config = LlamaConfig.from_pretrained(folder)
    parameters = LlamaForCausalLM(config).num_parameters()
    return {"path": str(folder), "hash": content_hash(folder), "parameters": parameters}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m trainer.scratch_model")
    parser.add_argument("out_dir", type=Path)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--hidden", type=int, default=64, help="a multiple of 8")
    chosen = parser.parse_args(arguments)
    print(json.dumps(write_scratch_model(chosen.out_dir, chosen.seed, chosen.layers, chosen.hidden)))
    return 0


if __name__ == "__main__":
    sys.exit(run_command(main, sys.argv[1:]))
