"""Checks that the sample data holds what its README states."""

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from entities import models
from infra.tools.stack.demo import FILES
from infra.tools.stack.practice import ID_REUSED, REFUSED, SAMPLE
from ingestion.cli.environment import load_catalog
from ingestion.errors import RejectedRecord
from ingestion.event import Event
from ingestion.intake.submission import Caller, events_of

Results = list[Event | RejectedRecord]


def admitted(source: str) -> Results:
    """Return the event or the rejection of each line of the source's file."""
    events: list[Any] = list(map(json.loads, (SAMPLE / FILES[source]).read_text().splitlines()))
    caller = Caller(source, load_catalog().sources[source])
    return list(events_of(events, caller, datetime.now(UTC)))


def valid(source: str) -> list[Event]:
    return [result for result in admitted(source) if isinstance(result, Event)]


@pytest.mark.parametrize("source", FILES)
def test_each_file_holds_one_invalid_event_and_one_sent_twice(source: str) -> None:
    rejected = [result for result in admitted(source) if isinstance(result, RejectedRecord)]
    times_sent = Counter(event.id for event in valid(source))

    assert len(rejected) == 1
    assert len([event_id for event_id, times in times_sent.items() if times > 1]) == 1


@pytest.mark.parametrize("source", FILES)
def test_each_file_holds_one_older_version_after_a_newer_one(source: str) -> None:
    newest: dict[str, str] = {}
    seen, late = set(), []
    for event in valid(source):
        if event.id not in seen and event.time < newest.get(event.key, ""):
            late.append(event.id)
        seen.add(event.id)
        newest[event.key] = max(event.time, newest.get(event.key, ""))

    assert len(late) == 1


def test_the_first_equipment_refers_to_a_parent_that_is_not_stored_yet() -> None:
    first = valid("sourceA")[0]

    assert first.data["parent_equipment_id"] != first.subject


def test_the_equipment_file_holds_a_delete() -> None:
    assert any(event.is_delete for event in valid("sourceA"))


def test_the_files_hold_at_least_a_hundred_valid_events() -> None:
    assert sum(len(valid(source)) for source in FILES) >= 100


def test_the_dead_letter_of_the_demo_has_the_id_and_time_of_another_event() -> None:
    [reused] = map(json.loads, (SAMPLE / ID_REUSED).read_text().splitlines())
    [original] = [event for event in valid("sourceA") if event.id == reused["id"]]

    assert reused["time"] == original.time
    assert reused["body"] | {"cat_id": original.data["cat_id"]} == original.data | {}
    assert reused["body"]["cat_id"] != original.data["cat_id"]


def test_the_refused_file_of_the_demo_has_one_column_that_is_no_field() -> None:
    header, _ = (SAMPLE / REFUSED).read_text().splitlines()

    fields = models()["CONTRACT"].model_fields.keys()
    assert set(header.split(",")) - fields == {"status"}
    assert fields - set(header.split(",")) == {"contract_status"}
