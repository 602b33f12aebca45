"""Gathers all findings about an id."""

from collections.abc import Sequence

from ingestion.cli.trace.report import Report
from ingestion.cli.trace.request import request_of
from ingestion.cli.trace.search import TracedId
from ingestion.cli.trace.stored import StoredVersion, scanned_versions, stored_version


def versions(traced: TracedId, key: str | None, *, scan: bool, yes: bool) -> list[StoredVersion]:
    """Read the entity with this key, or the whole table after a question; otherwise nothing."""
    event = (traced.deployment, traced.wanted, traced.source)
    if key:
        return [stored_version(*event, key)]
    return list(scanned_versions(*event, yes=yes)) if scan else []


def report(traced: TracedId, versions: Sequence[StoredVersion], *, has_scanned: bool) -> Report:
    """Look everywhere else, and report all findings. Reads queues' counts, and no message."""
    lines = traced.lines()
    request = request_of(traced.wanted, lines)
    sources = list(traced.deployment.queue_urls)
    if named := traced.source or (request and request.source):
        sources = [named]
    dead_letters, hidden = traced.dead_letters()
    return Report(
        wanted=traced.wanted,
        since=traced.since,
        request=request,
        dead_letters=dead_letters,
        hidden_dead_letters=hidden,
        lines=lines,
        history=traced.history(),
        versions=versions,
        waiting=traced.waiting(sources),
        has_scanned=has_scanned,
        report_command=traced.deployment.command("files", "show", traced.wanted),
    )
