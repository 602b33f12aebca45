"""Adds entities to those of the platform, for one test."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import entities


@contextmanager
def added(folder: Path) -> Iterator[None]:
    """Find the entities of `folder` too. Their files may be written within the block.

    The models are cached for the life of the process, because a function's entities never change.
    Only this helper clears that cache.
    """
    entities.__path__.append(str(folder))
    entities.models.cache_clear()
    try:
        yield
    finally:
        entities.__path__.remove(str(folder))
        entities.models.cache_clear()
        for file in folder.glob("*.py"):
            sys.modules.pop(f"entities.{file.stem}", None)
