"""Registers botocore event hooks for clients that the code under test creates."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.session import Session


@contextmanager
def hooked(session: Session, event: str, hook: Callable[..., Any]) -> Iterator[None]:
    """Call `hook` at this botocore event, in every client that the session creates in the block."""
    events: Any = session.get_component("event_emitter")
    events.register(event, hook)
    try:
        yield
    finally:
        events.unregister(event, hook)
