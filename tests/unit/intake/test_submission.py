from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic_core import from_json

from ingestion.errors import RejectedRecord
from ingestion.event import MAX_EVENT_BYTES, Event
from ingestion.intake.submission import Caller, events_of
from ingestion.syntax.times import timestamp
from tests.support.factories import CANARY, catalog, contract, deletion, event_of_bytes, submission

CALLER = Caller("sourceB", catalog().sources["sourceB"])
NESTED = from_json("[" * 150 + f'"{CANARY}"' + "]" * 150)
RECEIVED_AT = datetime(2026, 1, 31, 12, tzinfo=UTC)


def admit(*items: Any) -> list[Event | RejectedRecord]:
    return list(events_of(list(items), CALLER, RECEIVED_AT))


def accepted(results: Iterable[Event | RejectedRecord]) -> list[Event]:
    return [result for result in results if isinstance(result, Event)]


def test_an_upsert_becomes_an_event() -> None:
    item = submission(id="7", time="2026-01-30T08:00:00+01:00", source="sourceB")

    [event] = admit(item)

    assert event == Event(
        id="7",
        source="sourceB",
        type="contract.upsert",
        subject="c-1",
        time="2026-01-30T07:00:00.000000Z",
        receivedat="2026-01-31T12:00:00.000000Z",
        data=contract(),
    )


def test_a_delete_becomes_an_event() -> None:
    [event] = accepted(admit(deletion("c-7")))

    assert event.type == "contract.delete"
    assert event.subject == "c-7"
    assert event.data == {"contract_id": "c-7"}


def test_each_event_without_an_id_gets_a_different_id() -> None:
    events = accepted(admit(submission(), submission()))

    assert len({event.id for event in events}) == 2


@pytest.mark.parametrize(
    "body",
    [
        {f"k{number:06}": 0 for number in range(MAX_EVENT_BYTES // 12)},
        contract(contract_name=[0] * MAX_EVENT_BYTES),
        contract(contract_name=[[]] * MAX_EVENT_BYTES),
    ],
    ids=["unknown fields", "numbers", "arrays"],
)
def test_a_body_that_is_too_large_is_not_validated(body: Any) -> None:
    [rejection] = admit(submission(body))

    assert isinstance(rejection, RejectedRecord)
    assert rejection.reason == "too_large"


def test_an_optional_attribute_that_is_null_counts_as_absent() -> None:
    [event] = accepted(admit(submission(id=None, time=None, source=None)))

    assert event.id
    assert event.time == timestamp(RECEIVED_AT)


def test_the_times_given_to_items_without_a_time_keep_the_order() -> None:
    events = accepted(admit(*[submission() for _ in range(500)]))

    times = [event.time for event in events]
    assert times[0] == timestamp(RECEIVED_AT)
    assert times == sorted(set(times))
    assert {event.receivedat for event in events} == {timestamp(RECEIVED_AT)}


@pytest.mark.parametrize(
    ("item", "field"),
    [
        pytest.param(None, "", id="null"),
        pytest.param([], "", id="empty array"),
        pytest.param([submission()], "", id="array in the array"),
        pytest.param(CANARY, "", id="text"),
        pytest.param(7, "", id="number"),
        pytest.param(float("inf"), "", id="number too large for a float"),
        pytest.param(True, "", id="true"),
        pytest.param({"entity_name": "CONTRACT"}, "body", id="no body"),
        pytest.param({"body": contract()}, "entity_name", id="no entity name"),
        pytest.param(submission(entity_name=7), "entity_name", id="entity name a number"),
        pytest.param(submission(entity_name="EQUIPMENT"), "entity_name", id="another's entity"),
        pytest.param(submission(entity_name=CANARY), "entity_name", id="unknown entity"),
        pytest.param(submission(body=CANARY), "body", id="body a text"),
        pytest.param(submission(body=[CANARY]), "body", id="body an array"),
        pytest.param(submission(id=""), "id", id="empty id"),
        pytest.param(submission(id=7), "id", id="id a number"),
        pytest.param(submission(id=f"{CANARY}\n"), "id", id="line feed in the id"),
        pytest.param(submission(id="x" * 257), "id", id="long id"),
        pytest.param(submission(time=f"2026 {CANARY}"), "time", id="time a word"),
        pytest.param(submission(time="2026-01-31T12:00:00"), "time", id="time without offset"),
        pytest.param(submission(time=1769860800), "time", id="time a number"),
        pytest.param(submission(operation=CANARY), "operation", id="unknown operation"),
        pytest.param(submission(operation="DELETE"), "operation", id="operation in capitals"),
        pytest.param(submission(source="sourceA"), "source", id="another source"),
        pytest.param(submission(source=CANARY), "source", id="unknown source"),
        pytest.param(submission(source=""), "source", id="empty source"),
        pytest.param(submission(source=7), "source", id="source a number"),
        pytest.param(submission(colour=CANARY), "colour", id="unknown attribute"),
        pytest.param(submission(contract(colour=CANARY)), "body.colour", id="unknown field"),
        pytest.param(submission(contract("")), "body.contract_id", id="empty entity id"),
        pytest.param(submission(contract(f"{CANARY}#")), "body.contract_id", id="# in the id"),
        pytest.param(submission(contract(contract_id=7)), "body.contract_id", id="id 7"),
        pytest.param(
            submission(contract(contract_type=CANARY)), "body.contract_type", id="wrong type"
        ),
        pytest.param(
            submission(contract(contract_name=NESTED)), "body.contract_name", id="150 levels"
        ),
        pytest.param(
            submission(contract(contract_name=float("inf"))), "body.contract_name", id="infinity"
        ),
        pytest.param(
            submission(contract(contract_name=10**4000)), "body.contract_name", id="4,001 digits"
        ),
        pytest.param(deletion(""), "body.contract_id", id="delete of an empty id"),
        pytest.param(
            submission({}, operation="delete"), "body.contract_id", id="delete of nothing"
        ),
        pytest.param(
            submission({"contract_id": "c-1", "why": CANARY}, operation="delete"),
            "body.why",
            id="delete with more than the id",
        ),
    ],
)
def test_an_invalid_item_is_rejected_with_its_field_and_without_quoting_it(
    item: Any, field: str
) -> None:
    [rejection] = admit(item)

    assert isinstance(rejection, RejectedRecord)
    assert [error.field for error in rejection.errors] == [field]
    assert CANARY not in f"{rejection!r} {rejection.error_documents()} {rejection.detail}"


def test_a_bad_event_does_not_affect_the_other_events_of_its_request() -> None:
    items = [submission(id="1"), submission(contract(""), id="2"), submission(id="3"), None]

    results = admit(*items)

    assert list(map(type, results)) == [Event, RejectedRecord, Event, RejectedRecord]
    assert [event.id for event in accepted(results)] == ["1", "3"]


@pytest.mark.parametrize(("surplus", "is_accepted"), [(0, True), (1, False)])
def test_an_event_may_have_up_to_240_kb(surplus: int, is_accepted: bool) -> None:
    large = event_of_bytes(MAX_EVENT_BYTES + surplus)

    [result] = admit(submission(large.data, id=large.id))

    assert isinstance(result, Event) == is_accepted


def test_the_rejection_of_a_too_large_event_states_the_limit() -> None:
    large = event_of_bytes(MAX_EVENT_BYTES + 1)

    [result] = admit(submission(large.data, id=large.id))

    assert isinstance(result, RejectedRecord)
    assert result.reason == "too_large"
    assert result.detail == "must have at most 245760 bytes"


def test_events_of_a_request_that_differ_in_anything_but_the_id_are_separate() -> None:
    items = [
        submission(id="1", time="2026-01-31T11:00:00Z"),
        submission(contract("c-2"), id="1", time="2026-01-31T11:00:00Z"),
        submission(contract(contract_name="other"), id="1", time="2026-01-31T11:00:00Z"),
        submission(id="1", time="2026-01-31T11:00:01Z"),
        deletion(id="1", time="2026-01-31T11:00:00Z"),
        submission(id="1"),
    ]

    events = accepted(admit(*items))

    assert len({event.deduplication_id for event in events}) == 6


@pytest.mark.parametrize("position", [0, 7])
def test_a_repeat_without_a_time_is_the_same_event(position: int) -> None:
    items = [submission(id=str(number)) for number in range(10)]

    later = RECEIVED_AT + timedelta(seconds=1)
    first, again = (accepted(events_of(items, CALLER, at))[position] for at in (RECEIVED_AT, later))

    assert first.time != again.time
    assert first.deduplication_id == again.deduplication_id


@pytest.mark.parametrize("field", ["revision", "is_timed_by_receipt"])
def test_a_sender_cannot_set_what_the_platform_sets(field: str) -> None:
    [rejection] = admit(submission(**{field: "2026-01-31T12:00:00.000000Z"}))

    assert isinstance(rejection, RejectedRecord)
    assert [error.field for error in rejection.errors] == [field]
