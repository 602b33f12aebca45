"""Rebuilds in small steps."""

from collections.abc import Iterator
from contextlib import contextmanager

from ingestion.search.rebuilding import Step, start_rebuild
from tests.integration.search.platform import Platform
from tests.support.factories import Json


def begin(platform: Platform, rows: int = 50_000) -> Step:
    """Start a rebuild whose steps read so many rows at least."""
    runtime = platform.indexer
    generation = start_rebuild(runtime.commits)
    return Step(runtime.entries, runtime.commits, generation, lambda: False, rows)


@contextmanager
def pages_of(platform: Platform, rows: int) -> Iterator[list[Json]]:
    """Let a page of the table have so many rows. Yield the parameters of each scan."""
    events, scans = platform.indexer.entries.table.dynamodb.meta.events, []

    def limit(params: Json, **_: object) -> None:
        params["Limit"] = rows
        scans.append(params)

    events.register("provide-client-params.dynamodb.Scan", limit)
    try:
        yield scans
    finally:
        events.unregister("provide-client-params.dynamodb.Scan", limit)
