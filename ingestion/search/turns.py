"""Turns: a writer that lost a swap of the pointer commits next, while other writers wait.

Without turns a large batch, which takes longer, would lose to small ones again and again.
"""

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from ingestion.errors import TransientFailure
from ingestion.search.pointer import Pointer, PointerStore, Read, SwapLost, Turn

_POLL_SECONDS = 0.2


def read_in_turn(pointers: PointerStore, writer: str, deadline: float) -> Read:
    """Return the pointer as soon as no other writer has the turn.

    Raises TransientFailure after the deadline (of `time.monotonic`), and PointerDamaged.
    """
    while _is_taken((read := pointers.read()).pointer, writer):
        if time.monotonic() > deadline:
            raise TransientFailure("IndexSwapLost")
        time.sleep(_POLL_SECONDS)
    return read


def take_turn(pointers: PointerStore, writer: str, seconds: float) -> None:
    """Take the turn for this time, unless another writer has it. The next commit ends it.

    The commit's id stays. So the writer of that commit still sees that the index has it.
    """
    pointer, etag = pointers.read()
    if etag and not _is_taken(pointer, writer):
        turn = Turn(writer=writer, until=datetime.now(UTC) + timedelta(seconds=seconds))
        with suppress(SwapLost):  # Another commit was first. The writer may lose once more.
            pointers.swap(pointer.model_copy(update={"turn": turn}), etag)


def _is_taken(pointer: Pointer, writer: str) -> bool:
    """Return whether another writer has the turn."""
    turn = pointer.turn
    return turn is not None and turn.writer != writer and datetime.now(UTC) < turn.until
