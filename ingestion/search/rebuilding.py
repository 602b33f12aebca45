"""Builds a new index from the table beside the current one, in steps that survive a crash.

Each step is a commit of the new index: the pointer says how far it has read. Meanwhile commits of
the current index add the keys that they changed to the pointer. Each step reads these keys again.
The last step makes the new index the current one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ingestion.errors import RejectedRecord, TransientFailure
from ingestion.search.commits import Commits
from ingestion.search.entries import EntryReader, ReadEntries
from ingestion.search.entry import Write, models_digest
from ingestion.search.local_files import delete_folder
from ingestion.search.pointer import Files, Pointer, Rebuild, SwapLost, new_id
from ingestion.search.writing import write_entries

ROWS_OF_A_STEP = 50_000  # A crash loses one step at most.
_SWAPS = 20  # More are lost only if other commits follow each other without a pause.

# "replaced": another rebuild, or another run of this one, continues instead, or it was dropped.
Progress = Literal["continues", "built", "replaced"]


def start_rebuild(commits: Commits, generation: str) -> None:
    """Start a rebuild. It replaces an unfinished rebuild, and a damaged pointer.

    A repeat with the same generation does nothing.
    """
    while True:
        base = commits.pointers.read_or_replace()
        rebuild = base.pointer.rebuild
        if generation in (base.pointer.generation, rebuild and rebuild.generation):
            return
        new = base.pointer.next(new_id(), rebuild=_new_rebuild(generation))
        try:
            commits.swap(base, new)
        except SwapLost:
            continue
        return


def _new_rebuild(generation: str) -> Rebuild:
    return Rebuild(generation=generation, models_digest=models_digest())


@dataclass
class _LastRow:
    """The key of the last row that a step has read, and whether it is the last one of the table."""

    after: str | None
    is_end: bool = False


@dataclass
class RebuildRun:
    """A rebuild in one invocation. `is_late` returns whether the invocation's time is nearly over.

    `rejected` collects why texts were not indexed.
    """

    entries: EntryReader
    commits: Commits
    generation: str
    is_late: Callable[[], bool]
    rows: int = ROWS_OF_A_STEP
    rejected: dict[str, RejectedRecord] = field(default_factory=dict)

    def commit_next_rows(self) -> Progress:
        """Read the next rows and commit them.

        Raises TransientFailure, IndexDamaged if the new index lost a file, and boto3's errors.
        """
        pointer = self.commits.pointers.read().pointer
        if not (begun := self._own(pointer)):
            return self._end(pointer)
        self.commits.local.keep_only(pointer.keys())
        folder = self.commits.local.new_folder(begun.files)
        try:
            last_row = _LastRow(begun.after)
            made = Rebuild(
                generation=self.generation,
                models_digest=begun.models_digest,
                entity_count=write_entries(folder, self._read_rows(last_row)),
                files=self.commits.upload(folder, self.generation, new_id(), begun.files),
                after=last_row.after,
            )
            return self._commit(folder, begun.files, made, is_end=last_row.is_end)
        finally:
            delete_folder(folder)

    def _own(self, pointer: Pointer) -> Rebuild | None:
        """Return the state of this rebuild, or None if it is over."""
        rebuild = pointer.rebuild
        return rebuild if rebuild and rebuild.generation == self.generation else None

    def _end(self, pointer: Pointer) -> Progress:
        return "built" if pointer.generation == self.generation else "replaced"

    def _read_rows(self, last_row: _LastRow) -> Iterator[Write]:
        """Yield the entries of the next rows."""
        rows = 0
        for found, last in self.entries.scan(last_row.after):
            for write in self._checked(found):
                rows += 1
                yield write
            last_row.after, last_row.is_end = last, last is None
            if rows >= self.rows or self.is_late():
                return

    def _commit(self, folder: Path, begun: Files, made: Rebuild, *, is_end: bool) -> Progress:
        """Commit the step, with what changed meanwhile. Start again if another commit was first.

        Files that this step uploaded serve after a lost swap too. The unused ones are then deleted.
        """
        uploaded = {*made.files.values()}
        for _ in range(_SWAPS):
            base = self.commits.pointers.read()
            rebuild = self._own(base.pointer)
            if not rebuild or rebuild.files != begun:
                self.commits.discard(uploaded, base.pointer)
                is_stored = rebuild and rebuild.files == made.files  # Its response was lost.
                return "continues" if is_stored else self._end(base.pointer)
            if rebuild.keys:
                entity_count = write_entries(folder, self._checked(self.entries.read(rebuild.keys)))
                files = self.commits.upload(folder, self.generation, new_id(), made.files)
                made = made.model_copy(update={"files": files, "entity_count": entity_count})
                uploaded |= {*files.values()}
            try:
                swapped = self.commits.swap(base, _next(base.pointer, made, is_end=is_end))
            except SwapLost:
                continue
            self.commits.discard(uploaded, swapped)
            if is_end:
                self.commits.sweep(swapped)
            return "built" if is_end else "continues"
        raise TransientFailure("IndexSwapLost")

    def _checked(self, found: ReadEntries) -> Iterator[Write]:
        """Yield the entries. Raises TransientFailure if one could not be read."""
        yield from found.writes
        if found.failed:
            raise TransientFailure(next(iter(found.failed.values())))
        self.rejected |= found.rejected


def _next(base: Pointer, made: Rebuild, *, is_end: bool) -> Pointer:
    """Return the pointer with the new index: unfinished, or as the current one."""
    if not is_end:
        return base.next(new_id(), rebuild=made)
    return base.next(
        new_id(),
        generation=made.generation,
        files=made.files,
        entity_count=made.entity_count,
        models_digest=made.models_digest,
        is_complete=True,
        rebuild=None,
    )
