"""Fields of the type UtcTime: an RFC 3339 time comes in, UTC text of fixed width leaves."""

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

import pytest
from pydantic import Field, ValidationError

from entities.base import Entity, UtcTime
from entities.fields import EntityId
from ingestion.openapi.schemas import example_of, schema_of


class Visit(Entity):
    entity_name: ClassVar[str] = "VISIT"

    visit_id: EntityId
    began_at: UtcTime | None = None
    stops: list[UtcTime | None] = Field(default=[])


def visit(**fields: Any) -> Visit:
    return Visit.model_validate({"visit_id": "v-1"} | fields)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2026-01-31T10:00:00Z", "2026-01-31T10:00:00.000000Z"),
        ("2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00.000000Z"),
        ("2026-01-31 10:00:00.5z", "2026-01-31T10:00:00.500000Z"),
        ("2026-01-31T10:00:00.123456789Z", "2026-01-31T10:00:00.123456Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
    ],
)
def test_a_time_becomes_utc_text_of_fixed_width(sent: str, kept: str) -> None:
    found = visit(began_at=sent, stops=[sent, None])

    assert found.model_dump(mode="json") == {
        "visit_id": "v-1",
        "began_at": kept,
        "stops": [kept, None],
    }
    assert Visit.model_validate_json(found.model_dump_json()) == found


def test_rules_of_an_entity_compare_aware_times() -> None:
    found = visit(began_at="2026-01-31T12:00:00+02:00")

    assert found.began_at == datetime(2026, 1, 31, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("2026-01-31T10:00:00", id="no offset"),
        pytest.param("2026-01-31", id="a day"),
        pytest.param("2026-01-31T10:00Z", id="no seconds"),
        pytest.param("2026-02-30T10:00:00Z", id="no such day"),
        pytest.param("2026-01-31T10:00:60Z", id="leap second at ten"),
        pytest.param("0001-01-01T00:00:00+00:01", id="before year 1 in UTC"),
        pytest.param("9999-12-31T23:59:59-00:01", id="after year 9999 in UTC"),
        pytest.param("1769860800", id="seconds since 1970 as text"),
        pytest.param(1769860800, id="seconds since 1970"),
        pytest.param(1.5, id="a fraction"),
        pytest.param(True, id="true"),
        pytest.param("", id="empty"),
        pytest.param(["2026-01-31T10:00:00Z"], id="a list"),
    ],
)
def test_what_is_no_rfc_3339_time_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError, match="must be an RFC 3339 time with its offset"):
        visit(began_at=value)


def test_a_field_may_have_a_limit() -> None:
    class Inspection(Entity):
        entity_name: ClassVar[str] = "INSPECTION"

        inspection_id: EntityId
        at: Annotated[UtcTime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC))]

    with pytest.raises(ValidationError, match="greater than or equal to"):
        Inspection.model_validate({"inspection_id": "i-1", "at": "1999-12-31T23:59:59Z"})


def test_the_schema_takes_and_gives_the_format_date_time() -> None:
    taken = schema_of(Visit)["properties"]["began_at"]["anyOf"][0]
    given = Visit.model_json_schema(mode="serialization")["properties"]["began_at"]["anyOf"][0]

    assert taken["anyOf"][0] == {"type": "string", "format": "date-time"}
    assert given == {"type": "string", "format": "date-time"}


def test_an_example_has_a_time_that_the_field_accepts() -> None:
    example = example_of(Visit, ["began_at", "stops"])

    assert example == {
        "visit_id": "visit-1",
        "began_at": "2026-01-31T12:00:00.000000Z",
        "stops": [],
    }
    assert Visit.model_validate(example)


def test_a_datetime_without_the_rules_of_a_utc_time_cannot_be_a_field() -> None:
    with pytest.raises(TypeError, match=r"Gauge\.read_at: cannot be stored exactly; use .*UtcTime"):

        class Gauge(Entity):
            entity_name: ClassVar[str] = "GAUGE"

            gauge_id: EntityId
            read_at: datetime
