"""Builds a new index from the table beside the current one, in steps that survive a crash.

Each step is a commit of the new index: the pointer says how far it has read. Meanwhile commits of
the current index add the keys that they changed to the pointer. The last step reads these keys
again and makes the new index the current one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingestion.errors import RejectedRecord, TransientFailure
from ingestion.search.commits import Commits
from ingestion.search.entries import EntryReader, Found
from ingestion.search.entry import models_digest
from ingestion.search.local_files import delete_folder
from ingestion.search.pointer import Read, Rebuild, SwapLost, new_id
from ingestion.search.writing import Change, write_changes

ROWS_OF_A_STEP = 50_000  # A crash loses one step at most.


def start_rebuild(commits: Commits) -> str:
    """Begin a new index, in place of an unfinished one. Return its generation."""
    generation = new_id()
    while True:
        base = commits.pointers.read()
        new = base.pointer.next(new_id(), rebuild=Rebuild(generation=generation))
        try:
            commits.swap(base, new)
        except SwapLost:
            continue
        return generation


@dataclass
class Step:
    """One step of a rebuild. `is_late` returns whether the time of the invocation is nearly over.

    `rejected` collects why texts were not indexed.
    """

    entries: EntryReader
    commits: Commits
    generation: str
    is_late: Callable[[], bool]
    rows: int = ROWS_OF_A_STEP
    rejected: dict[str, RejectedRecord] = field(default_factory=dict)

    def take(self) -> bool:
        """Read the next rows and commit them. Return whether the rebuild is over.

        A rebuild is over too if another one took its place.
        """
        base = self.commits.pointers.read()
        if not (rebuild := self._own(base)):
            return True
        folder = self.commits.local.new_folder(rebuild.files)
        try:
            self._after, self._is_read = rebuild.after, False
            write_changes(folder, self._read_rows())
            return self._commit(base, folder)
        finally:
            delete_folder(folder)

    def _own(self, base: Read) -> Rebuild | None:
        """Return the state of this rebuild, or None if it is over."""
        rebuild = base.pointer.rebuild
        return rebuild if rebuild and rebuild.generation == self.generation else None

    def _read_rows(self) -> Iterator[Change]:
        """Yield the entries of the next rows."""
        rows = 0
        for found, last in self.entries.scan(self._after):
            for change in self._checked(found):
                rows += 1
                yield change
            self._after, self._is_read = last, last is None
            if rows >= self.rows or self.is_late():
                return

    def _commit(self, base: Read, folder: Path) -> bool:
        """Commit the step, with what changed meanwhile. A commit of the current index may win."""
        while rebuild := self._own(base):
            found = self.entries.read(rebuild.keys)
            documents = write_changes(folder, self._checked(found))
            commit = new_id()
            files = self.commits.upload(folder, self.generation, commit, rebuild.files)
            counted: Any = {"files": files, "documents": documents}
            if self._is_read:
                state = {"generation": self.generation, "searchable": models_digest()}
                new = base.pointer.next(commit, **state, **counted, rebuild=None)
            else:
                made = Rebuild(generation=self.generation, after=self._after, **counted)
                new = base.pointer.next(commit, rebuild=made)
            try:
                swapped = self.commits.swap(base, new)
            except SwapLost:
                base = self.commits.pointers.read()
                continue
            if self._is_read:
                self.commits.sweep(swapped)
            return self._is_read
        return True

    def _checked(self, found: Found) -> Iterator[Change]:
        """Yield the entries. Raises TransientFailure if one could not be read."""
        yield from found.changes
        if found.failed:
            raise TransientFailure(next(iter(found.failed.values())))
        self.rejected |= found.rejected
