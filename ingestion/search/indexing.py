"""Indexes entities by their keys: reads what the table holds now, and commits it."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from ingestion.errors import TransientFailure
from ingestion.search.commits import Commits
from ingestion.search.entries import EntryReader, ReadEntries
from ingestion.search.entry import models_digest
from ingestion.search.local_files import FileMissing
from ingestion.search.pointer import Pointer, SwapLost, new_id

_LOADS = 3  # Each reads the pointer again.
_LEASE_FACTOR = 3  # A lease is so many times as long as the attempt that was lost.


@dataclass
class Indexed:
    """What was read and is in the index now.

    `swaps_lost` says how often another writer replaced the pointer first. `needs_rebuild` says that
    no rebuild has completed yet, or that the models of the index are not those of this code.
    """

    found: ReadEntries
    entity_count: int = 0
    swaps_lost: int = 0
    needs_rebuild: bool = False


def index_keys(
    keys: Iterable[str], entries: EntryReader, commits: Commits, deadline: float
) -> Indexed:
    """Index the current state of these entities. Messages about them may come in any order.

    The pointer is read first, then the table. Therefore the later commit always has the later data.
    After a lost swap, this function takes the lease and starts again, until `deadline` (of
    `time.monotonic`). It reads all entries and texts again: the other commit may be about the same
    entities. Raises TransientFailure after the deadline, IndexDamaged, and boto3's errors.
    """
    wanted, writer, swaps_lost, files_missing = list(keys), new_id(), 0, 0
    if not wanted:
        return Indexed(ReadEntries())
    while True:
        base = commits.pointers.read_when_free(writer, deadline)
        started = time.monotonic()
        found = entries.read(wanted)
        try:
            new = commits.commit(base, found.writes, new_id())
        except FileMissing:  # A newer index may have replaced the file.
            files_missing += 1
            if files_missing == _LOADS:
                raise
        except SwapLost as error:
            swaps_lost += 1
            if time.monotonic() > deadline:
                raise TransientFailure("IndexSwapLost") from error
            commits.pointers.take_lease(writer, _LEASE_FACTOR * (time.monotonic() - started))
        else:
            return Indexed(found, new.entity_count, swaps_lost, _needs_rebuild(new))


def _needs_rebuild(pointer: Pointer) -> bool:
    is_current = pointer.is_complete and pointer.models_digest == models_digest()
    return not is_current and not pointer.rebuild
