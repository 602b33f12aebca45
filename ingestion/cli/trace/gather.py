"""Gathers all findings about an id."""

from collections.abc import Sequence

from ingestion.cli.trace.report import Report
from ingestion.cli.trace.request import request_of
from ingestion.cli.trace.search import Search
from ingestion.cli.trace.stored import StoredVersion, scanned_versions, stored_version


def versions(search: Search, key: str | None, *, scan: bool, yes: bool) -> list[StoredVersion]:
    """Read the entity with this key, or the whole table after a question; otherwise nothing."""
    event = (search.deployment, search.wanted, search.source)
    if key:
        return [stored_version(*event, key)]
    return list(scanned_versions(*event, yes=yes)) if scan else []


def report(search: Search, versions: Sequence[StoredVersion], *, has_scanned: bool) -> Report:
    """Look everywhere else, and report all findings. Reads queues' counts, and no message."""
    lines = search.lines()
    request = request_of(search.wanted, lines)
    sources = list(search.deployment.queue_urls)
    if named := search.source or (request and request.source):
        sources = [named]
    dead_letters, hidden = search.dead_letters()
    return Report(
        wanted=search.wanted,
        since=search.since,
        request=request,
        dead_letters=dead_letters,
        hidden_dead_letters=hidden,
        lines=lines,
        history=search.history(),
        versions=versions,
        waiting=search.waiting(sources),
        has_scanned=has_scanned,
        report_command=search.deployment.command("files", "show", search.wanted),
    )
