"""The file beside a sample that says what the rules make of it."""

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from ingestion.cli.mapping.samples import BadSamples, Sample, read_document
from ingestion.cli.mapping.yaml_text import yaml_text
from ingestion.errors import RejectedRecord
from ingestion.event import Operation
from ingestion.mapping.outcome import rule_name
from ingestion.syntax.times import Timestamp

_HEAD = """\
# What the rules make of the sample beside this file. `ingest map --record` writes it: review it.
"""


class _Expected(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _ExpectedItem(_Expected):
    rule: int
    item: int
    entity: str

    @property
    def name(self) -> str:
        """Return how messages name the item."""
        return f"{rule_name(self.rule, self.entity)}, item {self.item}"


class ExpectedEvent(_ExpectedItem):
    """An event without its source. `fields` holds the entity without its id."""

    id: str
    operation: Operation = "upsert"
    time: str
    event_id: str
    fields: dict[str, Any] = {}


class ExpectedRefusal(_ExpectedItem):
    """An item that makes no valid event, and why."""

    errors: list[str]


class ExpectedPayload(_Expected):
    """What the rules make of a payload."""

    events: list[ExpectedEvent] = []
    refused: list[ExpectedRefusal] = []
    ignored: bool = False
    answer: dict[str, Any] | None = None
    unmatched: bool = False
    unreadable: str | None = None

    @property
    def refusals(self) -> list[str]:
        """Return why the payload or its items make no valid event."""
        words = ["is unmatched: no rule makes an event"] if self.unmatched else []
        unreadable = [self.unreadable] if self.unreadable else []
        return [
            *unreadable,
            *words,
            *(f"{each.name}: {'; '.join(each.errors)}" for each in self.refused),
        ]


class Expected(_Expected):
    """What the rules make of the payloads of a sample, if it is received at this time."""

    received_at: Timestamp
    payloads: list[ExpectedPayload]


def read_expected(sample: Sample) -> Expected | None:
    """Return what a sample's file expects; None if there is no file. Raises BadSamples."""
    file = sample.expected_file
    if not file.is_file():
        return None
    document = read_document(file, sample.shown_beside(file))
    try:
        return Expected.model_validate(document)
    except ValidationError as error:
        detail = RejectedRecord.from_validation("invalid", error).detail
        raise BadSamples(
            f"{sample.shown_beside(file)}: {detail}; `ingest map --record --source"
            f" {sample.source}` writes such files"
        ) from error


def write_expected(sample: Sample, expected: Expected) -> None:
    """Write what a sample's file expects from now on."""
    document = expected.model_dump(exclude_defaults=True)
    sample.expected_file.write_text(_HEAD + yaml_text(document), encoding="utf-8")
