"""The section of refusals: requests, events, kept requests and dead letters, each by reason."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ingestion.cli.counts import count_of
from ingestion.cli.environment import Deployment
from ingestion.cli.sources.check import counts
from ingestion.cli.sources.check.checked_source import CheckedSource
from ingestion.cli.sources.check.counts import Counts
from ingestion.cli.sources.check.gateway_refusals import read_gateway_refusals
from ingestion.cli.sources.check.refusal_findings import Refused, find_refusals, in_words
from ingestion.cli.sources.check.section import Section, shown_time
from ingestion.cli.status.metrics.refusals import read_refusals
from ingestion.syntax.times import timestamp

_NO_ACCESS_LOG = "Not known: what API Gateway itself refuses, because there is no access log."


def refusals_section(
    source: CheckedSource,
    running: Deployment,
    found: Counts,
    since: datetime,
    dead_letters: int,
) -> Section:
    """Return what was refused since a time. `dead_letters` is how many wait now."""
    gateway = read_gateway_refusals(running, source.current.path, since)
    refused = Refused(
        gateway=gateway or {},
        requests=read_refusals(running, since, source.name).get(source.name, {}),
        events=found.by_reason[counts.REJECTED],
        quarantined=found.by_reason[counts.QUARANTINED],
        dead_lettered=found.by_reason[counts.DEAD_LETTERED],
        rows=found.totals.get(counts.ROWS_REJECTED, 0),
        missing_columns=found.totals.get(counts.COLUMNS_MISSING, 0),
        dead_letters_waiting=dead_letters,
    )
    document = {**refused._asdict(), "gateway": gateway}
    lines, moment = _lines(refused), shown_time(timestamp(since))
    heading = f"Since {moment}:" if lines else f"None since {moment}."
    note = [_NO_ACCESS_LOG] if gateway is None else []
    findings = list(find_refusals(source, running, refused, moment))
    return Section("refusals", document, [heading, *lines, *note], findings)


def _lines(refused: Refused) -> list[str]:
    by_noun: list[tuple[str, str, Mapping[Any, int]]] = [
        ("request", "refused by API Gateway with", refused.gateway),
        ("request", "refused with", refused.requests),
        ("event", "rejected:", refused.events),
        ("request", "quarantined:", refused.quarantined),
        ("event", "dead-lettered:", refused.dead_lettered),
    ]
    listed = [
        f" {count_of(count, noun)} {verb} {in_words(reason)}"
        for noun, verb, by_reason in by_noun
        for reason, count in sorted(by_reason.items())
    ]
    of_files = [
        (refused.rows, f" {count_of(refused.rows, 'row')} rejected"),
        (refused.missing_columns, f" {count_of(refused.missing_columns, 'column')} missing"),
    ]
    return [*listed, *(line for count, line in of_files if count)]
