"""Rebuilds in small steps."""

from collections.abc import Iterator
from contextlib import contextmanager

from ingestion.handlers import indexer
from ingestion.search.pointer import new_id
from ingestion.search.rebuilding import RebuildRun, start_rebuild
from tests.integration.search.platform import Platform
from tests.support.factories import Json


def begin(platform: Platform, rows: int = 50_000, generation: str = "") -> RebuildRun:
    """Start a rebuild whose steps read so many rows at least."""
    runtime = platform.indexer
    generation = generation or new_id()
    start_rebuild(runtime.commits, generation)
    return RebuildRun(runtime.entries, runtime.commits, generation, lambda: False, rows)


@contextmanager
def pages_of(
    platform: Platform, rows: int, of: indexer.Runtime | None = None
) -> Iterator[list[Json]]:
    """Let a page of the table have so many rows. Yield the parameters of each scan."""
    events = (of or platform.indexer).entries.table.dynamodb.meta.events
    scans: list[Json] = []

    def limit(params: Json, **_: object) -> None:
        params["Limit"] = rows
        scans.append(params)

    events.register("provide-client-params.dynamodb.Scan", limit)
    try:
        yield scans
    finally:
        events.unregister("provide-client-params.dynamodb.Scan", limit)
