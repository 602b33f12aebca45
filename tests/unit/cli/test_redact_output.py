import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingestion.cli import redact_output
from ingestion.cli.redact_output import HIDDEN
from ingestion.store.attributes import to_attribute_value
from tests.support import people
from tests.support.factories import CANARY, NOON, contract, event_fields
from tests.support.people import person

MASKED = person(name=HIDDEN, email=HIDDEN, phones=HIDDEN)


@pytest.fixture(autouse=True)
def _people(tmp_path: Path) -> Iterator[None]:
    with people.known(tmp_path):
        yield


def person_event(data: Any = None, **changes: Any) -> dict[str, Any]:
    return event_fields(person(), entity_name="PERSON") | {"data": data or person()} | changes


def test_an_entity_shows_what_is_not_personal_and_where_nothing_is() -> None:
    for name, stored, shown in (
        ("PERSON", person(), MASKED),
        ("CONTRACT", contract(), contract()),
        ("PERSON", None, None),
    ):
        found = {"entity_name": name, "entity": stored}
        assert redact_output.stored_data(found) == found | {"entity": shown}


@pytest.mark.parametrize(
    ("document", "data"),
    [
        (person_event(), MASKED),
        (person_event(person(nmae=CANARY)), MASKED | {"nmae": HIDDEN}),
        (event_fields(contract(colour=CANARY)), contract(colour=HIDDEN)),
        (person_event([CANARY]), HIDDEN),
        (person_event(CANARY), HIDDEN),
    ],
    ids=["sound", "misspelt field", "unknown field", "array", "text"],
)
def test_an_event_shows_what_its_model_says_is_not_personal(document: Any, data: Any) -> None:
    assert redact_output.event(document) == document | {"data": data}


@pytest.mark.parametrize(
    "changes",
    [
        {"extension": CANARY},
        {"subject": [CANARY]},
        {"time": {"of": CANARY}},
        {"body": {"name": CANARY}},
        {"body": CANARY},
    ],
    ids=str,
)
def test_what_an_event_should_not_have_is_hidden(changes: dict[str, Any]) -> None:
    shown = redact_output.event(person_event(MASKED) | changes)

    assert CANARY not in json.dumps(shown)
    assert shown["id"] == "event-1"


@pytest.mark.parametrize(
    "document",
    [
        None,
        CANARY,
        [CANARY],
        {"name": CANARY},
        person_event(type="rocket.upsert"),
        person_event(type=CANARY),
        person_event(type=[CANARY]),
        person_event(entity_name="ROCKET"),
    ],
    ids=str,
)
def test_what_is_no_event_of_an_entity_is_hidden_wholly(document: Any) -> None:
    assert redact_output.event(document) == HIDDEN


def test_a_submission_is_redacted_as_an_event_is() -> None:
    posted = {"entity_name": "PERSON", "body": person(), "operation": "upsert", "id": "7"}

    assert redact_output.event(posted) == posted | {"body": MASKED}


@pytest.mark.parametrize("side", ["before", "after"])
def test_a_change_is_redacted_on_both_sides(side: str) -> None:
    cause = {"id": "7", "source": "sourceB", "time": NOON}
    data = {"before": None, "after": None, "changed": ["name"], "cause": cause}
    document = person_event(data | {side: person()}, type="person.updated")

    assert redact_output.change(document)["data"] == data | {side: MASKED}


@pytest.mark.parametrize(
    "document", [CANARY, person_event(CANARY, type="person.updated"), {"data": {"after": CANARY}}]
)
def test_what_is_no_change_is_hidden(document: Any) -> None:
    assert CANARY not in json.dumps(redact_output.change(document))


def test_a_record_of_the_stream_is_redacted_item_by_item() -> None:
    own = {"ID": "PERSON#p-1", "ENTITY_NAME": "PERSON", "_event": {"id": "7"}}
    image = {name: to_attribute_value(value) for name, value in (own | person()).items()}
    tombstone = {"ID": image["ID"], "_expires_at": {"N": "1"}, "left": {"S": CANARY}}
    record = {"eventName": "MODIFY", "dynamodb": {"NewImage": image, "OldImage": tombstone}}

    shown = redact_output.stream_record(record)["dynamodb"]

    assert CANARY not in json.dumps(shown)
    assert shown["NewImage"] | {"team": None} == {
        **{name: {"S": HIDDEN} for name in image},
        **{name: image[name] for name in ("ID", "ENTITY_NAME", "_event", "person_id")},
        "team": None,
    }
    assert shown["OldImage"] == tombstone | {"left": {"S": HIDDEN}}


@pytest.mark.parametrize(
    ("about", "said"),
    [
        (person_event(person(name=f"Jo {CANARY}")), f"{HIDDEN} of turbines is wrong"),
        ({"entity_name": "PERSON", "body": CANARY}, f"{HIDDEN} of turbines is wrong"),
        (event_fields(contract(colour=CANARY)), f"{CANARY} of turbines is wrong"),
        (event_fields(contract(contract_name=CANARY)), f"{CANARY} of turbines is wrong"),
        ({"entity_name": "ROCKET", "body": {"a": [CANARY]}}, f"{HIDDEN} of turbines is wrong"),
        (CANARY, f"{HIDDEN} of turbines is wrong"),
    ],
    ids=["person", "no person", "none personal", "not personal", "unknown entity", "text"],
)
def test_a_message_is_shown_without_the_values_that_commands_hide(about: Any, said: str) -> None:
    assert redact_output.message(f"{CANARY} of turbines is wrong", about) == said


DETAIL = f"data.team: is {CANARY}; data.phones.0: so: or; so; time: is none; {CANARY}: no"


@pytest.mark.parametrize(
    ("detail", "about", "said"),
    [
        ("", person_event(), ""),
        (DETAIL, person_event(person(name=CANARY)), DETAIL.replace(CANARY, HIDDEN)),
        (f"{CANARY} is no robot", person_event(person(name=CANARY)), f"{HIDDEN} is no robot"),
        (f"type: is {CANARY}", person_event(type="rocket.upsert"), f"type: {HIDDEN}"),
        (f"data.team: is {CANARY}", None, HIDDEN),
        (f"data.team: is {CANARY}", CANARY, HIDDEN),
        ("data.colour: is none", event_fields(contract()), "data.colour: is none"),
    ],
    ids=["none", "person", "rule of many", "unknown", "no JSON", "text", "no personal fields"],
)
def test_a_stored_detail_is_shown_without_the_values_that_commands_hide(
    detail: str, about: Any, said: str
) -> None:
    assert redact_output.stored_detail(detail, about) == said


@pytest.mark.parametrize(
    ("document", "response"),
    [
        ({"entity_name": "PERSON", "body": MASKED}, True),
        ({"type": "person.upsert", "data": MASKED}, True),
        ({"entity_name": "PERSON", "body": person()}, False),
        ({"body": "text"}, False),
        ("text", False),
    ],
)
def test_an_event_that_holds_a_mask_is_known(document: Any, response: bool) -> None:
    assert redact_output.is_redacted(document) is response
