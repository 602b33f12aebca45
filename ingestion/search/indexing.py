"""Indexes entities by their keys: reads what the table holds now, and commits it."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from ingestion.errors import TransientFailure
from ingestion.search.commits import Commits
from ingestion.search.entries import EntryReader, Found
from ingestion.search.local_files import FileDeleted
from ingestion.search.pointer import SwapLost, new_id


@dataclass
class Indexed:
    """What was read and is in the index now, and how often another writer was faster."""

    found: Found
    documents: int
    swaps_lost: int


def index_keys(
    keys: Iterable[str], entries: EntryReader, commits: Commits, deadline: float
) -> Indexed:
    """Index the current state of these entities. Messages about them may come in any order.

    The pointer is read first, then the table. So whoever swaps the pointer later has read the table
    later. The loser of a swap starts again, until `deadline` (of `time.monotonic`). Raises
    TransientFailure after that, and boto3's errors.
    """
    wanted, swaps_lost = list(keys), 0
    if not wanted:
        return Indexed(Found(), 0, 0)
    while True:
        base = commits.pointers.read()
        found = entries.read(wanted)
        try:
            new = commits.commit(base, found.entries.items(), new_id())
        except (SwapLost, FileDeleted) as error:
            swaps_lost += 1
            if time.monotonic() > deadline:
                raise TransientFailure("IndexSwapLost") from error
        else:
            return Indexed(found, new.documents, swaps_lost)
