"""Lends the clients of one botocore session to one test after another.

A new client takes as long as several calls: a third of the time of the tests on moto.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.session import Session

Hook = Callable[..., Any]


class LendingSession(Session):
    """Creates a client only if no equal one is free.

    Two users in one test never share a client. `take_back` frees the clients of the test, and
    removes the hooks that were registered with them.
    """

    def __init__(self) -> None:
        super().__init__()
        self._hooks: list[tuple[str, Hook]] = []
        self._free: defaultdict[Hashable, list[_Client]] = defaultdict(list)
        self._lent: list[tuple[Hashable, _Client]] = []

    def lend(self, user: str, *arguments: Any, **options: Any) -> Any:
        """Return a client for this user."""
        settings = {name: text for name, text in os.environ.items() if name.startswith("AWS_")}
        # A client copies the hooks of its session.
        kind = (
            *(user, arguments, tuple(self._hooks)),
            *(frozenset(options.items()), frozenset(settings.items())),
        )
        free = self._free[kind]
        client = free.pop() if free else _Client(super().create_client(*arguments, **options))
        self._lent.append((kind, client))
        return client.client

    def take_back(self) -> None:
        """Free all clients. Their users must have ended."""
        for kind, client in self._lent:
            client.reset()
            self._free[kind].append(client)
        self._lent.clear()

    @contextmanager
    def hooked(self, event: str, hook: Hook) -> Iterator[None]:
        """Call `hook` at this botocore event, in every client that is lent in the block."""
        events: Any = self.get_component("event_emitter")
        events.register(event, hook)
        self._hooks.append((event, hook))
        try:
            yield
        finally:
            self._hooks.remove((event, hook))
            events.unregister(event, hook)


class _Client:
    """A client, and the hooks that its present user registered."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self._added: list[tuple[str, Hook]] = []
        self._register = client.meta.events.register
        client.meta.events.register = self._note

    def _note(self, event: str, hook: Hook, **options: Any) -> None:
        self._added.append((event, hook))
        self._register(event, hook, **options)

    def reset(self) -> None:
        for event, hook in self._added:
            self.client.meta.events.unregister(event, hook)
        self._added.clear()
