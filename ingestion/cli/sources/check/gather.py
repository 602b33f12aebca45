"""Reads all sections of a source: those of the checkout, then those of the environment."""

from collections.abc import Iterator
from datetime import UTC, datetime

from ingestion.cli.counts import count_of
from ingestion.cli.environment import Deployment
from ingestion.cli.sources.check.catalog_entry import entry_section
from ingestion.cli.sources.check.checked_source import CheckedSource
from ingestion.cli.sources.check.counts import read_counts
from ingestion.cli.sources.check.credential import credential_section
from ingestion.cli.sources.check.events import events_section
from ingestion.cli.sources.check.refusals import refusals_section
from ingestion.cli.sources.check.samples import sample_sections
from ingestion.cli.sources.check.section import Finding, Section
from ingestion.cli.status.findings.find import find_problems
from ingestion.cli.status.findings.wording import waiting
from ingestion.cli.status.parts import parts_of
from ingestion.cli.status.reader import Snapshot, StatusReader

_COUNTED_HERE = "requests_refused"  # The section of refusals counts them for a longer time.


def read_sections(source: CheckedSource, since: datetime) -> list[Section]:
    """Return the sections of a source. Raises boto3's errors, and SecretsError."""
    running = source.running
    return [
        entry_section(source),
        credential_section(source),
        *sample_sections(source),
        *(running_sections(source, running, since) if running else _unknown_sections()),
    ]


def _unknown_sections() -> Iterator[Section]:
    for name in ("last_events", "refusals", "state"):
        yield Section(name, None, [])


def running_sections(
    source: CheckedSource, running: Deployment, since: datetime
) -> Iterator[Section]:
    """Yield what the environment knows: the last events, the refusals and the state."""
    snapshot = StatusReader(running, parts_of(running, [source.name])).read()
    [status] = snapshot.statuses
    found = read_counts(running, source.name, since, datetime.now(UTC))
    yield events_section(source, running, status.last_event_at, found, since)
    yield refusals_section(source, running, found, since, status.dead_letters or 0)
    yield _state_section(snapshot, running)


def _state_section(snapshot: Snapshot, running: Deployment) -> Section:
    """Return what `ingest status` says about the source."""
    [status] = snapshot.statuses
    document = {
        "waiting": status.waiting,
        "dead_letters": status.dead_letters,
        "is_paused": status.is_paused,
        "is_closed": status.closing is not None,
        "is_failing": status.is_failing,
    }
    findings = [
        Finding(each.problem, each.text, each.command(running))
        for each in find_problems(snapshot)
        if each.problem != _COUNTED_HERE
    ]
    dead = count_of(status.dead_letters or 0, "dead letter")
    lines = [f"{waiting(status).capitalize()}, and the source has {dead}."]
    return Section("state", document, lines, findings)
