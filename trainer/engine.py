"""The one thread that decodes. Requests come from many threads; updates hold it between steps."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from trainer.decoder import Decoder, Request


class Engine:
    """Runs a Decoder. `held()` lets sequences in flight end under the weights they began with, then keeps new ones waiting."""

    def __init__(self, decoder: Decoder, policy_version: str) -> None:
        self.decoder = decoder
        self.policy_version = policy_version
        self._changed = threading.Condition()
        self._arrived: list[Request] = []
        self._holding = False
        self._idle = True
        threading.Thread(target=self._run, name="decoder", daemon=True).start()

    def complete(self, request: Request) -> None:
        """Blocks until the request is done; raises what made it fail."""
        with self._changed:
            self._arrived.append(request)
            self._changed.notify_all()
        request.done.wait()
        if request.failure is not None:
            raise request.failure

    @contextmanager
    def held(self) -> Iterator[Decoder]:
        """No decoding inside. Whatever the cache held is forgotten afterwards, for weights change in here."""
        with self._changed:
            self._holding = True
            self._changed.wait_for(lambda: self._idle)
        try:
            yield self.decoder
        finally:
            with self._changed:
                self.decoder.forget_cache()
                self.decoder.network.pack()
                self._holding = False
                self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._idle = not self.decoder.busy
                self._changed.notify_all()
                self._changed.wait_for(lambda: self.decoder.busy or (self._arrived and not self._holding))
                self._idle = False
                if not self._holding:
                    for request in self._arrived:
                        request.policy_version = self.policy_version
                        self.decoder.submit(request)
                    self._arrived = []
            try:
                self.decoder.step()
            except Exception as error:  # a failed step must not leave callers waiting for ever
                traceback.print_exc()
                self.decoder.fail_all(error)
