"""Indexes entities by their keys: reads what the table holds now, and commits it."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from ingestion.errors import TransientFailure
from ingestion.search.commits import Commits
from ingestion.search.entries import EntryReader, Found
from ingestion.search.entry import models_digest
from ingestion.search.local_files import FileDeleted
from ingestion.search.pointer import SwapLost, new_id
from ingestion.search.turns import read_in_turn, take_turn

_LOADS = 3  # Each reads the pointer again.
_TURN = 3  # A turn is so many times as long as the attempt that was lost.


@dataclass
class Indexed:
    """What was read and is in the index now, and how often another writer was faster.

    `needs_rebuild` says that no rebuild has completed yet, or that the index is of other models
    than this code's.
    """

    found: Found
    documents: int = 0
    swaps_lost: int = 0
    needs_rebuild: bool = False


def index_keys(
    keys: Iterable[str], entries: EntryReader, commits: Commits, deadline: float
) -> Indexed:
    """Index the current state of these entities. Messages about them may come in any order.

    The pointer is read first, then the table. So whoever swaps the pointer later has read the table
    later. The loser of a swap takes the turn and starts again, until `deadline` (of
    `time.monotonic`). Raises TransientFailure after that, or if the index has lost a file, and
    boto3's errors.
    """
    wanted, writer, swaps_lost, files_missing = list(keys), new_id(), 0, 0
    if not wanted:
        return Indexed(Found())
    while True:
        base = read_in_turn(commits.pointers, writer, deadline)
        started = time.monotonic()
        found = entries.read(wanted)
        try:
            new = commits.commit(base, found.changes, new_id())
        except FileDeleted as error:
            files_missing += 1
            if files_missing == _LOADS:
                raise TransientFailure("IndexFileMissing") from error
        except SwapLost as error:
            swaps_lost += 1
            if time.monotonic() > deadline:
                raise TransientFailure("IndexSwapLost") from error
            take_turn(commits.pointers, writer, _TURN * (time.monotonic() - started))
        else:
            is_current = new.is_complete and new.searchable == models_digest()
            needs_rebuild = not is_current and not new.rebuild
            return Indexed(found, new.documents, swaps_lost, needs_rebuild)
