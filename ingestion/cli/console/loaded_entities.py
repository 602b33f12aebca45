"""Knows whether the files of entities changed since the console started, which read them once."""

from dataclasses import dataclass, field
from pathlib import Path

import entities
from ingestion.cli.checkout import FileStamp


def _stamps() -> frozenset[FileStamp | None]:
    files = (file for folder in entities.__path__ for file in Path(folder).glob("[!.]*.*"))
    return frozenset(map(FileStamp.of, files))


@dataclass(frozen=True)
class LoadedEntities:
    """The files of entities when the console started. Python does not load a module again."""

    _at_start: frozenset[FileStamp | None] = field(default_factory=_stamps)

    @property
    def have_changed(self) -> bool:
        """Return whether a file was added, changed or removed."""
        return _stamps() != self._at_start
