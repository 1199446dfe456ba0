"""Decoding in slots gives what the plain model gives, whoever else is in the batch and whatever the cache held before."""

from __future__ import annotations

import pytest
import torch
from transformers import AutoModelForCausalLM

from trainer.decoder import Decoder, Request, shared_prefix
from trainer.jobs import ModelChoice
from trainer.llama import LlamaNetwork
from trainer.model import load_frozen

EOS = 2


@pytest.fixture(scope="module")
def network(scratch: str) -> LlamaNetwork:
    loaded = load_frozen(ModelChoice(scratch, None, "cpu", "fp32", 0))
    assert isinstance(loaded.network, LlamaNetwork)
    loaded.network.pack()
    return loaded.network


def prompt(seed: int, length: int) -> list[int]:
    return torch.randint(3, 400, (length,), generator=torch.Generator().manual_seed(seed)).tolist()


def ask(ids: list[int], seed: int = 0, temperature: float = 1.0, max_tokens: int = 12) -> Request:
    return Request(ids, max_tokens, temperature, seed, frozenset([EOS]))


def run(decoder: Decoder, *requests: Request) -> list[Request]:
    for request in requests:
        decoder.submit(request)
    while decoder.busy:
        decoder.step()
    return list(requests)


def test_greedy_decoding_equals_transformers_generate(network: LlamaNetwork, scratch: str) -> None:
    reference = AutoModelForCausalLM.from_pretrained(scratch, dtype=torch.float32)
    for length in (1, 7, 60):
        ids = prompt(length, length)
        expected = reference.generate(torch.tensor([ids]), max_new_tokens=12, do_sample=False, eos_token_id=EOS, pad_token_id=0)
        [answer] = run(Decoder(network, 2, 128), ask(ids, temperature=0))
        assert answer.sampled == expected[0, length:].tolist()


def test_a_seeded_request_gets_the_same_answer_alone_and_in_company(network: LlamaNetwork) -> None:
    alone = [run(Decoder(network, 1, 128), ask(prompt(i, 20 + 5 * i), seed=i))[0] for i in range(6)]
    together = run(Decoder(network, 3, 128), *[ask(prompt(i, 20 + 5 * i), seed=i) for i in range(6)])
    assert [r.sampled for r in together] == [r.sampled for r in alone]
    for one, other in zip(alone, together, strict=True):
        assert other.logprobs == pytest.approx(one.logprobs, abs=1e-4)


def test_later_turns_reuse_what_their_slot_holds_and_answer_as_if_they_had_not(network: LlamaNetwork) -> None:
    decoder = Decoder(network, 4, 256)
    talks = [prompt(i, 30) for i in range(4)]
    for turn in range(3):
        answers = run(decoder, *[ask(talk, seed=turn) for talk in talks])
        fresh = run(Decoder(network, 4, 256), *[ask(talk, seed=turn) for talk in talks])
        assert [a.sampled for a in answers] == [f.sampled for f in fresh]
        if turn > 0:
            assert all(a.reused >= len(a.prompt) - 12 for a in answers), "only the newest tokens were computed"
        talks = [a.prompt + a.sampled + prompt(100 + turn, 10) for a in answers]


def test_attempts_of_one_task_share_the_work_on_its_prompt(network: LlamaNetwork) -> None:
    ids = prompt(1, 100)
    answers = run(Decoder(network, 8, 128), *[ask(ids, seed=i) for i in range(8)])
    assert sorted(a.reused for a in answers) == [0] + [99] * 7
    assert len({tuple(a.sampled) for a in answers}) > 1
    [alone] = run(Decoder(network, 1, 128), ask(ids, seed=5))
    assert answers[5].sampled == alone.sampled


def test_a_new_task_takes_the_longest_unused_slot_and_copies_the_common_beginning(network: LlamaNetwork) -> None:
    decoder = Decoder(network, 2, 256)
    system = prompt(9, 40)
    [first] = run(decoder, ask(system + prompt(1, 20), max_tokens=2))
    [second] = run(decoder, ask(system + prompt(2, 20), max_tokens=2))
    assert second.reused == 40
    [again] = run(decoder, ask(first.prompt + first.sampled + [5, 6], max_tokens=2))
    assert again.reused >= 60, "the first conversation was still there"


def test_more_requests_than_slots_are_all_answered(network: LlamaNetwork) -> None:
    answers = run(Decoder(network, 3, 128), *[ask(prompt(i, 10 + i), seed=i, max_tokens=5) for i in range(20)])
    assert all(1 <= len(a.sampled) <= 5 and a.done.is_set() for a in answers)
    assert {a.finish_reason for a in answers} <= {"stop", "length"}


def test_reported_logprobs_are_those_of_the_scaled_distribution(network: LlamaNetwork, scratch: str) -> None:
    reference = AutoModelForCausalLM.from_pretrained(scratch, dtype=torch.float32)
    ids = prompt(3, 25)
    for temperature, divisor in ((0.5, 0.5), (1.0, 1.0), (0.0, 1.0)):
        [answer] = run(Decoder(network, 2, 128), ask(ids, seed=4, temperature=temperature))
        with torch.no_grad():
            logits = reference(torch.tensor([ids + answer.sampled])).logits[0, len(ids) - 1 : -1]
        expected = (logits / divisor).log_softmax(-1)[torch.arange(len(answer.sampled)), answer.sampled]
        assert answer.logprobs == pytest.approx(expected.tolist(), abs=1e-4)


def test_samples_follow_the_distribution(network: LlamaNetwork) -> None:
    ids = prompt(5, 10)
    answers = run(Decoder(network, 16, 64), *[ask(ids, seed=i, max_tokens=1, temperature=0.3) for i in range(600)])
    reported = {a.sampled[0]: torch.tensor(a.logprobs[0]).exp().item() for a in answers}
    token, probability = max(reported.items(), key=lambda entry: entry[1])
    share = sum(a.sampled[0] == token for a in answers) / len(answers)
    assert share == pytest.approx(probability, abs=4 * (probability * (1 - probability) / 600) ** 0.5 + 1e-3)


def test_bf16_decoding_stays_close_to_what_training_recomputes(scratch: str) -> None:
    from trainer.loss import make_batch, trained_logprobs
    from trainer.tokens import TokenizedExample

    model = load_frozen(ModelChoice(scratch, None, "cpu", "bf16", 0))
    assert isinstance(model.network, LlamaNetwork)
    model.network.pack()
    [answer] = run(Decoder(model.network, 4, 128), ask(prompt(6, 40), max_tokens=30))
    ids = answer.prompt + answer.sampled
    mask = [False] * 40 + [True] * len(answer.sampled)
    with torch.no_grad():
        again = trained_logprobs(model, make_batch([TokenizedExample("x", ids, mask, [None] * len(ids))], model.device))
    assert answer.logprobs == pytest.approx(again.tolist(), abs=0.05)


def test_shared_prefix_counts_common_leading_tokens() -> None:
    assert [shared_prefix([1, 2, 3], other) for other in ([], [1], [1, 2, 3, 4], [2], [1, 2, 4])] == [0, 1, 3, 0, 2]
