"""Counts the bytes that Python allocates: the same on every machine, at any load."""

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def bounded_memory(max_bytes: int) -> Iterator[None]:
    """Assert that the block never holds more new bytes than this at a time."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= max_bytes
