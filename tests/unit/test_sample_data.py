"""The sample data holds what its README says: sound events, and one fault of each kind a file."""

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.tools.stack.demo import FILES, SAMPLE
from ingestion.cli.environment import load_catalog
from ingestion.errors import RejectedRecord
from ingestion.event import Event
from ingestion.intake.submission import Caller, admit_all

Results = list[Event | RejectedRecord]


def admitted(source: str) -> Results:
    events: list[Any] = list(map(json.loads, (SAMPLE / FILES[source]).read_text().splitlines()))
    caller = Caller(source, load_catalog().sources[source])
    return list(admit_all(events, caller, datetime.now(UTC)))


def sound(source: str) -> list[Event]:
    return [result for result in admitted(source) if isinstance(result, Event)]


@pytest.mark.parametrize("source", FILES)
def test_each_file_holds_one_invalid_event_and_one_sent_twice(source: str) -> None:
    results = admitted(source)

    repeated = [i for i, count in Counter(event.id for event in sound(source)).items() if count > 1]
    assert sum(isinstance(result, RejectedRecord) for result in results) == 1
    assert len(repeated) == 1


@pytest.mark.parametrize("source", FILES)
def test_each_file_holds_one_older_version_after_a_newer_one(source: str) -> None:
    newest: dict[str, str] = {}
    seen, late = set(), []
    for event in sound(source):
        if event.id not in seen and event.time < newest.get(event.key, ""):
            late.append(event.id)
        seen.add(event.id)
        newest[event.key] = max(event.time, newest.get(event.key, ""))

    assert len(late) == 1


def test_equipment_points_to_what_is_not_there_yet() -> None:
    first = sound("sourceA")[0]

    assert first.data["parent_equipment_id"] not in {first.subject}
    assert any(event.is_delete for event in sound("sourceA"))
    assert sum(len(sound(source)) for source in FILES) >= 100
