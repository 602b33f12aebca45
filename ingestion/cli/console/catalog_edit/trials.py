"""What the rules of a source make of payloads, for a page that shows both beside each other."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import simplejson

from ingestion.catalog import Catalog
from ingestion.cli.mapping.payloads import PayloadFile, Request, UnreadablePayloads
from ingestion.cli.mapping.print_trial import field_rows, outcome_of, summary_of
from ingestion.cli.mapping.sample_tests import TriedSample, TriedSource
from ingestion.cli.mapping.trial import Trial, open_trial
from ingestion.cli.mapping.trial_result import TriedItem, TriedPayload
from ingestion.syntax.times import timestamp

_MAX_PAYLOADS = 20  # Of a sample. `ingest map` shows all of them.
_MAX_CHARACTERS = 20_000  # Of a payload.


class ShownItem(NamedTuple):
    """An item of a rule: its event with the expression of each value, or why it has none."""

    facts: Sequence[tuple[str, Any]]
    fields: Sequence[tuple[str, str, Any]]
    errors: Sequence[str]


class ShownPayload(NamedTuple):
    """A payload as text, and what the rules make of it. `outcome` says why there is no item."""

    text: str
    outcome: tuple[str, str] | None
    items: Sequence[ShownItem]


class ShownTrial(NamedTuple):
    """The payloads of a sample or of a text, and the paths that no rule reads.

    `left_out` is how many payloads are not shown.
    """

    name: str
    payloads: Sequence[ShownPayload]
    left_out: int = 0
    faults: Sequence[str] = ()
    paths: int = 0
    unread: Sequence[str] = ()
    problem: str | None = None


def show_samples(tried: TriedSource) -> list[ShownTrial]:
    """Return each sample of a source with what its rules make of it."""
    return [_show_sample(tried.trial, each) for each in tried.samples]


def _show_sample(trial: Trial, sample: TriedSample) -> ShownTrial:
    shown = _show(trial, sample.sample.file.name, sample.tried)
    return shown._replace(faults=sample.faults)


def try_text(
    catalog: Catalog, source: str, text: str, file_format: str, headers: Mapping[str, str]
) -> ShownTrial:
    """Try the rules of a source on a payload that is not in the checkout."""
    trial = open_trial(catalog, source)
    file = PayloadFile("the payload", file_format, text.encode())
    request = Request(timestamp(datetime.now(UTC)), headers)
    try:
        return _show(trial, "Your payload", trial.try_file(file, request))
    except UnreadablePayloads as error:
        return ShownTrial("Your payload", [], problem=str(error))


def _show(trial: Trial, name: str, tried: Sequence[TriedPayload]) -> ShownTrial:
    paths, unread = trial.coverage(tried)
    payloads = [_show_payload(each) for each in tried[:_MAX_PAYLOADS]]
    left_out = max(len(tried) - _MAX_PAYLOADS, 0)
    return ShownTrial(name, payloads, left_out, paths=len(paths), unread=unread)


def _show_payload(tried: TriedPayload) -> ShownPayload:
    items = [_show_item(each) for each in tried.items]
    return ShownPayload(_text_of(tried.payload.document), outcome_of(tried), items)


def _show_item(item: TriedItem) -> ShownItem:
    facts = [(name, value) for name, value in summary_of(item) if name != "valid"]
    return ShownItem(facts, field_rows(item), item.errors)


def _text_of(document: Any) -> str:
    """Return a payload on several lines, with exact numbers."""
    if isinstance(document, str):
        text = document
    else:
        text = simplejson.dumps(document, indent=2, ensure_ascii=False)
    return text if len(text) <= _MAX_CHARACTERS else f"{text[:_MAX_CHARACTERS]}…"
