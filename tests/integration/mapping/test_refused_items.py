"""The answer says in the words of rules why an item makes no valid event."""

from typing import Any

import pytest

from tests.integration.cloud import Cloud
from tests.integration.mapping.conftest import map_source, queued_events, reading
from tests.integration.response import Response
from tests.support.factories import Json, submission

CONTRACT: Json = {
    "entity": "CONTRACT",
    "id": "item.id",
    "fields": {
        "contract_name": "item.name",
        "contract_type": {"const": "goods"},
        "contract_status": "item.state",
    },
}
NO_VALUE = "is required, but the rule gives it no value: send one, or add a `default`"
NO_TEXT = "must be a text: add `text: true` to the rule"


def errors(response: Response) -> dict[str, str]:
    """Return the messages of a response by field."""
    return {error["field"]: error["message"] for error in response.document["errors"]}


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        ({"name": None, "state": "active"}, NO_VALUE),
        ({"name": 7, "state": "active"}, NO_TEXT),
    ],
)
def test_a_field_without_a_valid_value_is_named_with_its_rule(
    cloud: Cloud, payload: Json, message: str
) -> None:
    map_source(cloud, CONTRACT)

    response = cloud.post({"id": "c-1"} | payload)

    assert response.status == 422
    assert errors(response) == {"rule 1 (CONTRACT), contract_name": message}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("valid", "yes", "must be true or false: add `translate` to the rule for other values"),
        ("valid", "true", "must be true or false: add `translate`"),
        ("valid", 1, "must be true or false: add `translate`"),
        ("tags", "x", "must be a list: add `split` to the rule for a text, or write `to_array(…)`"),
        ("tags", {"x": 1}, "must be a list: "),
        ("value", "1,5", 'must be a number, or a string such as "12.50": add `number` to the rule'),
        ("day", "31.01.2026", "must be a date as YYYY-MM-DD: add `date` with its format"),
        ("at", "2026-01-31 12:00", "must be an RFC 3339 time with its offset, such as "),
        ("at", 1769860800, "must be an RFC 3339 time with its offset, such as "),
        ("at", "2026-01-31", "must be an RFC 3339 time with its offset, such as "),
    ],
)
def test_a_value_of_another_type_is_refused_with_the_form_that_reads_it(
    cloud: Cloud, field: str, value: Any, message: str
) -> None:
    map_source(cloud, reading(fields={field: f"item.{field}"}))

    response = cloud.post({"id": "r-1", field: value})

    assert response.status == 422
    [(place, found)] = errors(response).items()
    assert place == f"rule 1 (READING), {field}"
    assert found.startswith(message)


def test_an_unknown_value_of_an_enum_belongs_into_the_entity_or_a_translation(cloud: Cloud) -> None:
    map_source(cloud, CONTRACT)

    response = cloud.post({"id": "c-1", "name": "Turbine", "state": "paused"})

    [message] = errors(response).values()
    assert message.startswith("Input should be '")
    assert message.endswith("': add the value to the entity, or add `translate` to the rule")


def test_a_form_without_a_required_value_is_refused_in_the_same_words(cloud: Cloud) -> None:
    map_source(cloud, CONTRACT)

    response = cloud.post("id=c-1&state=active", content_type="application/x-www-form-urlencoded")

    assert errors(response) == {"rule 1 (CONTRACT), contract_name": NO_VALUE}


@pytest.mark.parametrize("value", ["a\nb", "x" * 2_000])
def test_a_bad_event_id_fails_its_payload_alone(cloud: Cloud, value: str) -> None:
    map_source(cloud, CONTRACT | {"event_id": "item.event"})
    valid = {"name": "Turbine", "state": "active"}
    payloads = [valid | {"id": f"c-{n}", "event": f"e-{n}"} for n in range(3)]
    payloads[1]["event"] = value

    response = cloud.post(payloads)

    assert response.status == 207
    assert [event.id for event in queued_events(cloud)] == ["e-0", "e-2"]
    assert list(errors(response)) == ["rule 1 (CONTRACT), event_id"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": "a\nb"}, "contract_id"),
        ({"id": "x" * 3_000}, "contract_id"),
        ({"at": "0001-01-01T00:00:00+01:00"}, "time"),
        ({"at": "9999-12-31T23:59:59-01:00"}, "time"),
        ({"name": ["x"]}, "contract_name"),
    ],
)
def test_no_part_of_an_event_fails_another_payload(cloud: Cloud, changes: Json, field: str) -> None:
    map_source(cloud, CONTRACT | {"time": "item.at"})
    valid = {"name": "Turbine", "state": "active", "at": "2026-01-31T12:00:00Z"}

    response = cloud.post([valid | {"id": "c-1"}, valid | {"id": "c-2"} | changes])

    assert response.status == 207
    assert [event.subject for event in queued_events(cloud)] == ["c-1"]
    assert list(errors(response)) == [f"rule 1 (CONTRACT), {field}"]


def test_a_failing_ignore_names_no_rule(cloud: Cloud) -> None:
    map_source(cloud, CONTRACT, ignore="abs(payload.id) > `1`")

    response = cloud.post({"id": "c-1"})

    assert errors(response) == {"ignore": "abs() takes number, not string"}
    assert response.document["events"] == [{"index": 0, "status": "rejected"}]


def test_native_senders_get_the_words_of_fields(cloud: Cloud) -> None:
    event: Any = submission()
    del event["body"]["contract_name"]

    response = cloud.post(event)

    assert errors(response) == {"body.contract_name": "Field required"}
