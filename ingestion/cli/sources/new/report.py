"""Prints what a draft wrote and guessed, and the next commands."""

from collections.abc import Iterator, Sequence
from typing import Any

from ingestion.cli.counts import count_of
from ingestion.cli.output import console
from ingestion.cli.sources.new.draft import Draft
from ingestion.cli.sources.new.guesses.find_times import ZONE
from ingestion.cli.sources.new.sample_file import SampleFile

_SHOWN = 8
_UPLOADED = ("csv", "tsv", "xlsx")
_SENT = ("json", "jsonl")
_HOW_TO_POST = "docs/sources.md#5-start-it-and-post"


def print_draft(draft: Draft, sample: SampleFile, written: Sequence[str], events: int) -> None:
    """Print the files, the guesses that a person must check, and the next commands."""
    console.print("Wrote")
    for name in written:
        console.print(f"  {name}")
    console.print(f"The sample makes {count_of(events, 'event')}. Check the guesses:")
    for line in _guesses(draft):
        console.print(f"  {line}")
    if draft.secrets:
        console.print(f"Replace what may be secrets in the sample: {_first_names(draft.secrets)}")
    console.print("Remove secrets and personal data from the sample before you commit it. Next:")
    for line in _next_commands(draft, sample):
        console.print(f"  {line}")


def _guesses(draft: Draft) -> Iterator[str]:
    [rule] = draft.entry["map"]
    for key, text in draft.entry.get("files", {}).items():
        yield f"files.{key}: {text!r}"
    for key in ("each", "id", "time", "event_id"):
        if key in rule:
            yield f"{key}: {_shown(rule[key])}"
    if draft.other_ids:
        yield f"other ids: {', '.join(draft.other_ids)}"
    if "time" not in rule:
        yield "time: the time of receipt, so an older event that arrives later wins"
    if isinstance(rule.get("time"), dict) and "zone" in rule["time"]:
        yield f"zone: the times have no offset, and {ZONE} is assumed"
    count = len(rule.get("fields", {}))
    verb = "has" if count == 1 else "have"
    yield f"fields: {count_of(count, 'field')} of {draft.names.entity} {verb} an expression"
    if draft.unfilled:
        yield f"fields without a value: {_first_names(draft.unfilled)}"
    if left_out := [path for path in draft.left_out if path != _time_of(rule)]:
        yield f"paths that nothing reads: {_first_names(left_out)}"


def _time_of(rule: dict[str, Any]) -> Any:
    time = rule.get("time")
    return time["value"] if isinstance(time, dict) else time


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(str(each) for each in value.values())
    return value if isinstance(value, str) else ", ".join(value)


def _first_names(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"


def _next_commands(draft: Draft, sample: SampleFile) -> Iterator[str]:
    source = draft.names.source
    copy = f"config/samples/{source}/{sample.name}"
    entity = f" and entities/{draft.names.entity.lower()}.yaml" if draft.declaration else ""
    yield f"edit config/sources.yaml{entity}"
    yield f"ingest map {copy} --source {source} --coverage"
    yield f"ingest map --record --source {source}"
    if draft.declaration:
        yield "make schemas"
    yield "make check"
    yield "make up"
    if draft.entry["auth"] != "api_key":
        yield f"ingest secrets add --source {source}"
    yield _sending_of(sample, copy, source)


def _sending_of(sample: SampleFile, copy: str, source: str) -> str:
    """Return the command that sends the sample, or where a page says how."""
    if sample.file_format in _UPLOADED:
        return f"ingest upload {copy} --source {source}"
    if sample.file_format in _SENT and not sample.headers:
        return f"ingest send {copy} --source {source}"
    return f"post {copy}: {_HOW_TO_POST}"
