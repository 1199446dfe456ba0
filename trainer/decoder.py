"""Continuous batching over a slotted cache: every step takes one token of each running sequence and the new tokens of those that start.

Sampling is seeded by request and does not depend on what else is in the batch. The log-probabilities reported are those of the
distribution sampled from: natural log, after division by the temperature; greedy decoding (temperature 0) reports temperature 1.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from threading import Event

import torch
from torch import Tensor

from trainer.kv_cache import CachedAttention, KvCache, Span
from trainer.llama import LlamaNetwork

# Tokens that one step takes in of prompts: bounds the step's memory, and how long running sequences wait for it.
PREFILL_TOKENS = 2048
# A sequence waits one step when another that starts now shares this many tokens more with it than the cache does.
WORTH_WAITING_FOR = 32


@dataclass
class Request:
    """One completion: what is asked for, and, once `done` is set, what came of it."""

    prompt: list[int]
    max_tokens: int
    temperature: float
    seed: int
    stop: frozenset[int]
    sampled: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    finish_reason: str = ""
    policy_version: str = ""
    reused: int = 0
    failure: Exception | None = None
    done: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)


def shared_prefix(a: list[int], b: list[int]) -> int:
    limit = min(len(a), len(b))
    if a[:limit] == b[:limit]:
        return limit
    return next(i for i in range(limit) if a[i] != b[i])


class Decoder:
    """Not thread-safe: one thread calls `admit` and `step`."""

    def __init__(self, network: LlamaNetwork, slots: int, context: int) -> None:
        self.network = network
        self.cache = KvCache(network, slots, context)
        self.running: dict[int, Request] = {}
        self.waiting: list[Request] = []
        self.used_at = [0] * slots
        self.steps = 0

    @property
    def busy(self) -> bool:
        return bool(self.running or self.waiting)

    def submit(self, request: Request) -> None:
        self.waiting.append(request)

    def forget_cache(self) -> None:
        self.cache.forget()

    @torch.inference_mode()
    def step(self) -> None:
        """Advances every running sequence by one token and starts waiting ones where slots are free."""
        self.steps += 1
        decoding = [
            Span(slot, row, 1, len(self.cache.tokens[slot])) for row, slot in enumerate(sorted(self.running))
        ]
        ids = [self.running[span.slot].sampled[-1] for span in decoding]
        spans = self._start_waiting(len(ids), ids)
        if not ids:
            return
        everything = [*decoding, *spans]
        device = self.network.embedding.device
        positions = [span.start + i for span in everything for i in range(span.count)]
        hidden = self.network.hidden(
            torch.tensor(ids, device=device),
            torch.tensor(positions, device=device),
            CachedAttention(self.cache, decoding, spans),
        )
        for span in everything:
            self.cache.tokens[span.slot] += ids[span.at : span.at + span.count]
        last = torch.tensor([span.at + span.count - 1 for span in everything], device=device)
        self._sample([span.slot for span in everything], self.network.logits(hidden[last]).float())

    def _start_waiting(self, at: int, ids: list[int]) -> list[Span]:
        spans: list[Span] = []
        starting: list[list[int]] = []
        still_waiting: list[Request] = []
        budget = PREFILL_TOKENS
        for request in self.waiting:
            free = [slot for slot in range(len(self.cache.tokens)) if slot not in self.running]
            if not free or budget <= 0:
                still_waiting.append(request)
                continue
            source, reused = self._best_prefix(request.prompt)
            soon = max((shared_prefix(prompt, request.prompt) for prompt in starting), default=0)
            if soon >= reused + WORTH_WAITING_FOR:
                still_waiting.append(request)
                continue
            slot = self._choose_slot(free, source, reused)
            self.cache.copy_prefix(source, slot, reused)
            new = request.prompt[reused:]
            spans.append(Span(slot, at, len(new), reused))
            ids += new
            at += len(new)
            budget -= len(new)
            request.reused = reused
            self.running[slot] = request
            self.used_at[slot] = self.steps
            starting.append(request.prompt)
        self.waiting = still_waiting
        return spans

    def _best_prefix(self, prompt: list[int]) -> tuple[int, int]:
        """The slot, busy or free, that holds most of the prompt's beginning. At least one token is left to compute."""
        shared = [min(shared_prefix(tokens, prompt), len(prompt) - 1) for tokens in self.cache.tokens]
        slot = max(range(len(shared)), key=lambda i: shared[i])
        return slot, shared[slot]

    def _choose_slot(self, free: list[int], source: int, reused: int) -> int:
        # A conversation goes on in its own slot. Anything else takes the slot unused for longest, so that what other conversations
        # will come back for stays.
        if source in free and reused >= len(self.cache.tokens[source]) - 1:
            return source
        return min(free, key=lambda slot: (bool(self.cache.tokens[slot]), self.used_at[slot]))

    def _sample(self, slots: list[int], logits: Tensor) -> None:
        requests = [self.running[slot] for slot in slots]
        divisors = torch.tensor([[r.temperature or 1.0] for r in requests], device=logits.device)
        logprobs = (logits / divisors).log_softmax(-1)
        greedy = logprobs.argmax(-1).tolist()
        for row, (slot, request) in enumerate(zip(slots, requests, strict=True)):
            token = greedy[row] if request.temperature == 0 else self._draw(logprobs[row], request)
            request.sampled.append(token)
            request.logprobs.append(float(logprobs[row, token]))
            self.used_at[slot] = self.steps
            if token in request.stop:
                self._finish(slot, "stop")
            elif len(request.sampled) >= request.max_tokens:
                self._finish(slot, "length")

    @staticmethod
    def _draw(logprobs: Tensor, request: Request) -> int:
        # By the inverse of the cumulative distribution: one number from the request's own generator a token.
        cumulative = logprobs.exp().cumsum(-1, dtype=torch.float64)
        point = torch.tensor(request.random.random(), dtype=torch.float64, device=logprobs.device) * cumulative[-1]
        return min(int(torch.searchsorted(cumulative, point, right=True)), len(cumulative) - 1)

    def _finish(self, slot: int, reason: str) -> None:
        request = self.running.pop(slot)
        request.finish_reason = reason
        request.done.set()

    def fail_all(self, error: Exception) -> None:
        """Answers everything in flight with an error; the cache is not trusted afterwards."""
        for request in (*self.running.values(), *self.waiting):
            request.failure = error
            request.done.set()
        self.running, self.waiting = {}, []
        self.cache.forget()
