"""python -m trainer JOB.json  (job "policy")

Serves a model over HTTP (trainer/serve_http.py) and updates it by GRPO, on commands that come as JSON lines on stdin. Ends when stdin
closes. While an update or a load runs, nothing is generated: requests in flight end first, under the version they began with, and
later ones wait.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable
from pathlib import Path

import torch

from trainer.adapter import read_adapter_lora
from trainer.decoder import Decoder
from trainer.engine import Engine
from trainer.errors import ConfigError, ModelUnreadable
from trainer.grpo import GrpoTrainer
from trainer.jobs import LoadCommand, Lora, PolicyJob, command_id, parse_command
from trainer.llama import LlamaNetwork
from trainer.model import LoadedModel, load_frozen
from trainer.protocol import EventWriter
from trainer.serve_http import PolicyServer


class Policy:
    """The model being served, and what commands do to it."""

    def __init__(self, job: PolicyJob, model: LoadedModel, network: LlamaNetwork, emit: EventWriter) -> None:
        self.trainer = GrpoTrainer(model, emit)
        self._switch(LoadCommand("", job.choice.adapter, None, job.policy_version))
        network.pack()
        self.engine = Engine(Decoder(network, job.slots, job.context_tokens), job.policy_version)
        self.server = PolicyServer((job.host, job.port), self.engine, model.codec, Path(model.folder).name)
        threading.Thread(target=self.server.serve_forever, name="http", daemon=True).start()

    @property
    def url(self) -> str:
        host, port = self.server.server_address[:2]
        return f"http://{str(host)}:{port}"

    def obey(self, line: str, emit: EventWriter) -> None:
        """Runs one command and answers it; a failed one leaves the policy as it was."""
        try:
            command = parse_command(line)
            with self.engine.held():
                if isinstance(command, LoadCommand):
                    self._switch(command)
                    self.engine.policy_version = command.policy_version
                    emit("loaded", id=command.id, policy_version=command.policy_version)
                    return
                metrics = self.trainer.update(command)
                self.engine.policy_version = command.policy_version
            emit(
                "updated",
                id=command.id,
                path=command.output_dir,
                policy_version=command.policy_version,
                metrics=metrics,
            )
        except Exception as error:  # the command's boundary: answered, and the policy lives on
            emit.error(error, command_id(line))

    def _switch(self, command: LoadCommand) -> None:
        lora: Lora | None = read_adapter_lora(Path(command.adapter)) if command.adapter is not None else None
        self.trainer.load(command, lora)


def run_policy(job: PolicyJob, emit: EventWriter, commands: Iterable[str] = sys.stdin) -> None:
    model = load_frozen(job.choice)
    if not isinstance(model.network, LlamaNetwork):
        raise ModelUnreadable(
            f"model type {model.config['model_type']} cannot be served yet",
            next_step="serve a Llama-type model; other types can be trained by the sft job",
        )
    limit = model.network.shape.context
    if job.context_tokens > limit:
        raise ConfigError(f"job.context_tokens: {job.context_tokens} is more than the model's {limit}")
    torch.manual_seed(job.choice.seed)
    policy = Policy(job, model, model.network, emit)
    emit(
        "ready",
        device=model.device.type,
        precision=model.precision,
        parameters=model.base_parameters,
        trainable=sum(p.numel() for p in model.trainable().values()),
        url=policy.url,
    )
    for line in commands:
        if line.strip():
            policy.obey(line, emit)
