"""The policy over HTTP: the part of the OpenAI completions contract that agents' rollouts need, with token ids as vLLM returns them.

POST /v1/completions   {prompt: [ids] | text, max_tokens, temperature, seed, stop_token_ids}
POST /tokenize         {prompt: text, add_special_tokens}
GET  /v1/models, /health
"""

from __future__ import annotations

import itertools
import json
import random
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from trainer.decoder import Request
from trainer.engine import Engine
from trainer.errors import typed
from trainer.folder_reader import TextCodec

DEFAULT_MAX_TOKENS = 16  # OpenAI's own default for completions
KNOWN_FIELDS = {
    "model", "prompt", "max_tokens", "temperature", "seed", "stop_token_ids", "return_token_ids", "logprobs", "n", "stream",
}  # fmt: skip


class BadRequest(Exception):
    """The caller's mistake; `field` names what is wrong."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class PolicyServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(
        self, address: tuple[str, int], engine: Engine, codec: TextCodec, model_name: str
    ) -> None:
        self.engine, self.codec, self.model_name = engine, codec, model_name
        self.numbers = itertools.count(1)
        super().__init__(address, _Handler)

    def completion_request(self, body: dict[str, Any]) -> Request:
        unknown = sorted(set(body) - KNOWN_FIELDS)
        if unknown:
            raise BadRequest(f"unknown field {', '.join(unknown)}", unknown[0])
        if body.get("n", 1) != 1:
            raise BadRequest("only n = 1 is served", "n")
        if body.get("stream", False):
            raise BadRequest("streaming is not served", "stream")
        prompt = self._prompt(body.get("prompt"))
        max_tokens = _integer(body, "max_tokens", DEFAULT_MAX_TOKENS, minimum=1)
        context = self.engine.decoder.cache.context
        if len(prompt) + max_tokens > context:
            raise BadRequest(
                f"this model's maximum context length is {context} tokens, but the prompt has {len(prompt)} "
                f"and max_tokens asks for {max_tokens} more",
                "prompt",
            )
        temperature = body.get("temperature", 1.0)
        if isinstance(temperature, bool) or not isinstance(temperature, int | float) or not 0 <= temperature <= 100:
            raise BadRequest(f"temperature must be a number from 0 to 100, got {json.dumps(temperature)}", "temperature")
        # Without a seed every request draws its own way, as OpenAI's does.
        seed = _integer(body, "seed", random.SystemRandom().getrandbits(31), minimum=0)
        stop = body.get("stop_token_ids")
        if stop is None:
            stop = self.codec.end_tokens
        if not isinstance(stop, list) or not all(type(token) is int for token in stop):
            raise BadRequest("stop_token_ids must be a list of integers", "stop_token_ids")
        return Request(prompt, max_tokens, float(temperature), seed, frozenset(stop))

    def _prompt(self, value: Any) -> list[int]:
        if isinstance(value, str):
            value = self.codec.encode(value, add_special_tokens=False)
        if not isinstance(value, list) or not value or not all(type(token) is int for token in value):
            raise BadRequest("prompt must be a non-empty list of token ids, or text", "prompt")
        vocabulary = self.engine.decoder.network.head.shape[0]
        outside = next((token for token in value if not 0 <= token < vocabulary), None)
        if outside is not None:
            raise BadRequest(f"prompt holds token id {outside}, outside the vocabulary of {vocabulary}", "prompt")
        return value

    def complete(self, body: dict[str, Any]) -> dict[str, Any]:
        request = self.completion_request(body)
        self.engine.complete(request)
        choice = {
            "index": 0,
            "text": self.codec.decode(request.sampled),
            "token_ids": request.sampled,
            "logprobs": {"token_logprobs": request.logprobs},
            "finish_reason": request.finish_reason,
        }
        usage = {
            "prompt_tokens": len(request.prompt),
            "completion_tokens": len(request.sampled),
            "total_tokens": len(request.prompt) + len(request.sampled),
            "prompt_tokens_details": {"cached_tokens": request.reused},
        }
        return {
            "id": f"cmpl-{next(self.numbers)}",
            "object": "text_completion",
            "model": self.model_name,
            "choices": [choice],
            "usage": usage,
            "policy_version": request.policy_version,
        }

    def tokenize(self, body: dict[str, Any]) -> dict[str, Any]:
        text = body.get("prompt")
        if not isinstance(text, str):
            raise BadRequest("prompt must be text", "prompt")
        tokens = self.codec.encode(text, add_special_tokens=bool(body.get("add_special_tokens", False)))
        return {"tokens": tokens, "count": len(tokens), "max_model_len": self.engine.decoder.cache.context}

    def models(self) -> dict[str, Any]:
        model = {
            "id": self.model_name,
            "object": "model",
            "owned_by": "clawmill",
            "max_model_len": self.engine.decoder.cache.context,
            "policy_version": self.engine.policy_version,
        }
        return {"object": "list", "data": [model]}


def _integer(body: dict[str, Any], name: str, default: int, minimum: int) -> int:
    value = body.get(name)
    if value is None:
        return default
    if type(value) is not int or value < minimum:
        raise BadRequest(f"{name} must be an integer of at least {minimum}, got {json.dumps(value)}", name)
    return value


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: PolicyServer
    # Headers and body leave as one packet each; without this the second waits for the client's acknowledgement.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        if self.path == "/health":
            self._answer(200, {"status": "ok", "policy_version": self.server.engine.policy_version})
        elif self.path == "/v1/models":
            self._answer(200, self.server.models())
        else:
            self._fail(404, f"no such path: GET {self.path}", None)

    def do_POST(self) -> None:
        serve = {"/v1/completions": self.server.complete, "/tokenize": self.server.tokenize}.get(self.path)
        raw = self.rfile.read(int(self.headers.get("content-length", 0)))
        if serve is None:
            self._fail(404, f"no such path: POST {self.path}", None)
            return
        try:
            body = json.loads(raw)
            if not isinstance(body, dict):
                raise BadRequest("the body must be a JSON object")
            self._answer(200, serve(body))
        except ValueError as error:
            self._fail(400, f"the body is not JSON: {error}", None)
        except BadRequest as error:
            self._fail(400, str(error), error.field)
        except Exception as error:  # the server's boundary
            traceback.print_exc()
            known = typed(error)
            self._fail(503 if known and known.retryable else 500, f"{type(known or error).__name__}: {error}", None)

    def _fail(self, status: int, message: str, field: str | None) -> None:
        kind = "invalid_request_error" if status < 500 else "server_error"
        self._answer(status, {"error": {"message": message, "type": kind, "param": field, "code": status}})

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: thousands of requests a run would drown what matters on stderr."""
