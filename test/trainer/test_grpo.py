"""The numbers of a GRPO update: advantages, masks and losses, the last against TRL's own code."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch
from conftest import trajectory
from trl.trainer.grpo_trainer import GRPOTrainer

from trainer.errors import DatasetInvalid
from trainer.grpo import DR_GRPO_LENGTH, GrpoSample, GrpoTrainer, _Prepared, _Totals, read_grpo_samples
from trainer.grpo_math import group_advantages, loss_weights, token_losses
from trainer.jobs import GrpoSettings, Lora, ModelChoice
from trainer.lora import named_factors, refresh_merged
from trainer.loss import make_batch, trained_logprobs
from trainer.model import LoadedModel, load_model
from trainer.tokens import read_segments, tokenize


def settings(**changes: Any) -> GrpoSettings:
    chosen: dict[str, Any] = {
        "loss": "dapo",
        "lora": Lora(4, 8),
        "learning_rate": 1e-3,
        "clip_low": 0.2,
        "clip_high": 0.28,
        "importance_cap": 2.0,
        "scale_by_std": True,
        "minibatches": 1,
        "max_gradient_norm": 1.0,
        "temperature": 1.0,
        **changes,
    }
    return GrpoSettings(**chosen)


@pytest.fixture(scope="module")
def model(scratch: str) -> LoadedModel:
    loaded = load_model(ModelChoice(scratch, None, "cpu", "fp32", 3), Lora(4, 8))
    torch.manual_seed(5)
    with torch.no_grad():
        for _, b in named_factors(loaded.network).values():
            b.normal_(0, 0.05)
    refresh_merged(loaded.network)
    return loaded


def make_samples(model: LoadedModel, rewards: list[float], group_size: int) -> list[GrpoSample]:
    """Attempts of differing length whose recorded log-probabilities are a little off, as a sampler's are."""
    made = []
    noise = torch.Generator().manual_seed(11)
    for number, reward in enumerate(rewards):
        example = tokenize(str(number), read_segments(trajectory(number), "x"), model.codec, model.vocabulary)
        with torch.no_grad():
            exact = trained_logprobs(model, make_batch([example], model.device))
        shifted = iter((exact + 0.3 * torch.randn(exact.shape, generator=noise)).tolist())
        logprobs = [next(shifted) if train and i > 0 else None for i, train in enumerate(example.mask)]
        made.append(
            GrpoSample(
                type(example)(example.id, example.ids, example.mask, logprobs), str(number // group_size), reward, "v0"
            )
        )
    return made


def test_advantages_are_centred_in_their_group_and_divided_by_its_deviation() -> None:
    found = group_advantages([1, 0, 0, 1, 0.5, 0.5], ["a", "a", "a", "a", "b", "b"], scale_by_std=True)
    deviation = torch.tensor([1.0, 0, 0, 1]).std().item()
    assert found.values[:4] == pytest.approx([s * 0.5 / (deviation + 1e-4) for s in (1, -1, -1, 1)])
    assert found.values[4:] == [0, 0] and found.skipped == [False] * 4 + [True] * 2
    assert (found.groups, found.zero_variance_groups) == (2, 1)


def test_advantages_without_scaling_are_plain_differences_from_the_mean() -> None:
    found = group_advantages([1, 0, 0.2, 0], ["a", "b", "a", "b"], scale_by_std=False)
    assert found.values == pytest.approx([0.4, 0, -0.4, 0])


def test_the_loss_clips_only_where_the_advantage_pulls_outwards() -> None:
    old = torch.zeros(4)
    logprobs = torch.tensor([1.5, 0.5, 1.5, 0.5]).log().requires_grad_()
    advantages = torch.tensor([1.0, 1.0, -1.0, -1.0])
    losses = token_losses(logprobs, old, old, advantages, 0.2, 0.28, 2.0)
    assert losses.loss.tolist() == pytest.approx([-1.28, -0.5, 1.5, 0.8])
    assert losses.clipped.tolist() == [True, False, False, True]
    losses.loss.sum().backward()
    assert logprobs.grad is not None
    assert [g != 0 for g in logprobs.grad.tolist()] == [False, True, True, False]


def test_the_weight_between_trainer_and_sampler_is_truncated() -> None:
    old = torch.zeros(3)
    sampler = -torch.tensor([5.0, 1.5, 0.5]).log()
    losses = token_losses(old, old, sampler, torch.ones(3), 0.2, 0.28, 2.0)
    assert losses.loss.tolist() == pytest.approx([-2.0, -1.5, -0.5])


def trl_loss(
    kind: str, samples: list[GrpoSample], model: LoadedModel, advantages: list[float], drift: torch.Tensor
) -> torch.Tensor:
    """TRL's GRPOTrainer._compute_loss, its own code, on the same batch: the model's log-probabilities are all it gets from outside.

    `drift` is how far each trained token's log-probability is from that of the weights that the update began with.
    """
    batch = make_batch([sample.example for sample in samples], model.device)
    mask = batch.trained.float()

    def spread(values: torch.Tensor) -> torch.Tensor:
        grid = torch.zeros(batch.trained.shape)
        return grid.masked_scatter(batch.trained, values)

    logprobs = spread(trained_logprobs(model, batch))
    recorded = [p for sample in samples for p in sample.example.logprobs if p is not None]
    old = logprobs.detach() - spread(drift)
    stand_in = SimpleNamespace(
        _get_per_token_logps_and_entropies=lambda *a, **k: (logprobs, torch.zeros_like(logprobs), None),
        top_entropy_quantile=1.0,
        off_policy_mask_threshold=None,
        importance_sampling_level="token",
        beta=0.0,
        loss_type=kind,
        epsilon_low=0.2,
        epsilon_high=0.28,
        args=SimpleNamespace(delta=None, steps_per_generation=1, use_bias_correction_kl=False),
        use_vllm=True,
        vllm_importance_sampling_correction=True,
        model=SimpleNamespace(training=True),
        current_gradient_accumulation_steps=1,
        max_completion_length=DR_GRPO_LENGTH,
        accelerator=SimpleNamespace(num_processes=1, gather=lambda value: value, reduce=lambda value, **_: value),
        aux_loss_enabled=False,
        _entropy_bonus_enabled=False,
        _metrics=_Anything(),
        tools=None,
        environment_factory=None,
    )
    inputs = {
        "prompt_ids": batch.ids[:, :1],
        "prompt_mask": batch.attention[:, :1],
        "completion_ids": batch.ids[:, 1:],
        "completion_mask": mask,
        "advantages": torch.tensor(advantages),
        "old_per_token_logps": old,
        "importance_sampling_ratio": torch.exp((old - spread(torch.tensor(recorded))) * mask).clamp(max=2.0),
        "num_items_in_batch": mask.sum(),
    }
    loss = GRPOTrainer._compute_loss(stand_in, None, inputs)
    return loss[0] if isinstance(loss, tuple) else loss


class _Anything(dict[str, Any]):
    """TRL's metrics, which nobody reads here."""

    def __missing__(self, key: str) -> Any:
        self[key] = _Anything()
        return self[key]

    def append(self, value: Any) -> None:
        return None


@pytest.mark.parametrize("kind", ["grpo", "dapo", "dr_grpo"])
def test_loss_and_gradients_equal_those_of_trl(model: LoadedModel, kind: str) -> None:
    samples = make_samples(model, [1, 0, 0, 1, 0, 1, 1, 1, 0, 0], group_size=5)
    rewards, groups = [s.reward for s in samples], [s.group for s in samples]
    advantages = group_advantages(rewards, groups, scale_by_std=True).values
    parameters = [p for pair in named_factors(model.network).values() for p in pair]
    counts = [s.example.trained_tokens for s in samples]
    drift = 0.3 * torch.randn(sum(counts), generator=torch.Generator().manual_seed(2))
    expected = trl_loss(kind, samples, model, advantages, drift)
    theirs = torch.autograd.grad(expected, parameters)
    trainer = GrpoTrainer(model)
    prepared = [_Prepared(s, a) for s, a in zip(samples, advantages, strict=True)]
    totals = _Totals()
    trainer._minibatches(prepared, settings(loss=kind), seed=0)
    with torch.no_grad():
        now = trained_logprobs(model, make_batch([s.example for s in samples], model.device))
    for entry, old in zip(prepared, (now - drift).split(counts), strict=True):
        entry.old = old
    for parameter in parameters:
        parameter.grad = None
    trainer._accumulate(prepared, settings(loss=kind), totals)
    assert totals.loss == pytest.approx(expected.item(), abs=1e-5)
    assert totals.clipped > 0 and totals.capped > 0, "both bounds were at work"
    for parameter, gradient in zip(parameters, theirs, strict=True):
        assert parameter.grad is not None
        torch.testing.assert_close(parameter.grad, gradient, atol=1e-5, rtol=1e-4)
        parameter.grad = None


def test_gradients_are_exactly_zero_on_prompt_and_tool_tokens(model: LoadedModel) -> None:
    example = make_samples(model, [1.0], 1)[0].example
    batch = make_batch([example], model.device)
    with torch.no_grad():
        logits = model.logits(model.hidden(batch.ids, batch.attention))[0, :-1].clone()
    logits.requires_grad_()
    targets = batch.ids[0, 1:]
    logprobs = logits.log_softmax(-1)[torch.arange(len(targets)), targets][batch.trained[0]]
    token_losses(logprobs, logprobs.detach(), logprobs.detach(), torch.ones(len(logprobs)), 0.2, 0.28, 2.0).loss.sum().backward()
    assert logits.grad is not None
    touched = logits.grad.abs().sum(-1) != 0
    assert touched.tolist() == example.mask[1:]


def test_a_changed_tool_output_token_changes_no_target_but_only_what_is_seen(model: LoadedModel) -> None:
    example = make_samples(model, [1.0, 1.0], 2)[1].example
    last_trained = max(i for i, train in enumerate(example.mask) if train)
    longer = type(example)(example.id, [*example.ids, 9, 9], [*example.mask, False, False], [*example.logprobs, None, None])
    with torch.no_grad():
        one = trained_logprobs(model, make_batch([example], model.device))
        other = trained_logprobs(model, make_batch([longer], model.device))
    assert last_trained == len(example.ids) - 1
    torch.testing.assert_close(one, other)


def test_loss_weights_mean_what_their_names_say() -> None:
    assert loss_weights("grpo", [2, 4], 2, 6, 100) == pytest.approx([1 / 4, 1 / 8])
    assert loss_weights("dapo", [2, 4], 2, 6, 100) == pytest.approx([1 / 6, 1 / 6])
    assert loss_weights("dr_grpo", [2, 4], 2, 6, 100) == pytest.approx([1 / 200, 1 / 200])


@pytest.mark.parametrize("minibatches", [1, 3])
def test_an_update_raises_the_probability_of_what_was_rewarded(scratch: str, minibatches: int) -> None:
    model = load_model(ModelChoice(scratch, None, "cpu", "fp32", 3), Lora(4, 8))
    samples = make_samples(model, [1, 0, 0, 1, 0, 0], group_size=3)
    batches = [make_batch([sample.example], model.device) for sample in samples]
    with torch.no_grad():
        before = [trained_logprobs(model, batch).sum().item() for batch in batches]
    metrics = GrpoTrainer(model)._train(samples, settings(minibatches=minibatches, learning_rate=0.01), seed=1)
    with torch.no_grad():
        moved = [trained_logprobs(model, b).sum().item() - was for b, was in zip(batches, before, strict=True)]
    good = [m for m, s in zip(moved, samples, strict=True) if s.reward]
    bad = [m for m, s in zip(moved, samples, strict=True) if not s.reward]
    assert sum(good) / len(good) > sum(bad) / len(bad)
    assert metrics["optimizer_steps"] == minibatches
    assert metrics["reward_mean"] == pytest.approx(1 / 3)


def test_a_batch_without_variance_changes_nothing_and_says_so(scratch: str) -> None:
    model = load_model(ModelChoice(scratch, None, "cpu", "fp32", 3), Lora(4, 8))
    samples = make_samples(model, [1, 1, 0, 0], group_size=2)
    before = {name: p.detach().clone() for name, p in model.trainable().items()}
    metrics = GrpoTrainer(model)._train(samples, settings(), seed=1)
    assert (metrics["zero_variance_groups"], metrics["samples_used"], metrics["loss"]) == (2, 0, None)
    assert all(torch.equal(p, before[name]) for name, p in model.trainable().items())


def test_a_reward_that_is_no_number_is_refused_with_its_line(model: LoadedModel, tmp_path: Any) -> None:
    path = tmp_path / "batch.jsonl"
    path.write_text('{"id":"a","group":"g","reward":"high","policy_version":"v0","segments":[]}\n')
    with pytest.raises(DatasetInvalid, match="line 1: reward"):
        read_grpo_samples(str(path), model)
