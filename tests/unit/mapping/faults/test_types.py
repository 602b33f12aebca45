"""Forms that make a value of another type than their field takes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingestion.mapping.faults.check import rule_faults
from ingestion.mapping.rules import Rule
from tests.support.added_entities import added

SITE = """
from typing import ClassVar, Literal

from entities.base import CalendarDate, Entity, EntityId, Number, UtcTime


class Site(Entity):
    entity_name: ClassVar[str] = "SITE"

    site_id: EntityId
    height: Number | None = None
    opened_on: CalendarDate | None = None
    seen_at: UtcTime | None = None
    is_open: bool | None = None
    name: str | None = None
    kind: Literal["dam", "lock"] | None = None
    tags: list[str] = []
    heights: list[Number] | None = None
    height_or_name: Number | str | None = None
    day_or_time: CalendarDate | UtcTime | None = None
"""


@pytest.fixture(scope="module", autouse=True)
def _sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder: Path = tmp_path_factory.mktemp("entities")
    (folder / "site.py").write_text(SITE)
    with added(folder):
        yield


def faults(field: str, form: Any) -> list[str]:
    rule = Rule.model_validate({"entity": "SITE", "id": "item.id", "fields": {field: form}})
    return [fault.message for fault in rule_faults("sites", [rule], [], ["SITE"])]


DATE, TIME = {"value": "item.a", "date": "iso"}, {"value": "item.a", "time": "epoch_s"}
NUMBER, SPLIT = {"value": "item.a", "number": True}, {"value": "item.a", "split": ";"}


@pytest.mark.parametrize(
    ("field", "form", "message"),
    [
        (
            "height",
            DATE,
            "height.date: makes a day, but SITE.height takes a number: write number in place of"
            " date",
        ),
        (
            "height",
            TIME,
            "height.time: makes a time, but SITE.height takes a number: write number in place of"
            " time",
        ),
        (
            "opened_on",
            TIME,
            "opened_on.time: makes a time, but SITE.opened_on takes a day: write date in place of"
            " time",
        ),
        (
            "seen_at",
            DATE,
            "seen_at.date: makes a day, but SITE.seen_at takes a time: write time in place of date",
        ),
        (
            "is_open",
            NUMBER,
            "is_open.number: makes a number, but SITE.is_open takes true or false: write translate"
            " in place of number",
        ),
        (
            "kind",
            DATE,
            "kind.date: makes a day, but SITE.kind takes one of its values: write translate in"
            " place of date",
        ),
        (
            "tags",
            DATE,
            "tags.date: makes a day, but SITE.tags takes a list: write split in place of date",
        ),
        (
            "name",
            NUMBER,
            "name.number: makes a number, but SITE.name takes a text: add text: true",
        ),
        (
            "name",
            SPLIT,
            "name.split: makes a list, but SITE.name takes a text: add take, which chooses one"
            " part",
        ),
        (
            "is_open",
            SPLIT | {"text": True},
            "is_open.split: makes a list, but SITE.is_open takes true or false: add take, which"
            " chooses one part",
        ),
        (
            "day_or_time",
            NUMBER,
            "day_or_time.number: makes a number, but SITE.day_or_time takes a day or a time: write"
            " date or time in place of number",
        ),
    ],
)
def test_a_form_that_makes_another_type_is_named_with_its_field(
    field: str, form: Any, message: str
) -> None:
    assert faults(field, form) == [f"rule 1 (SITE), {message}"]


@pytest.mark.parametrize(
    ("field", "form"),
    [
        ("height", NUMBER),
        ("height", {"value": "item.a", "split": ";", "take": 0}),
        ("opened_on", DATE),
        ("opened_on", TIME | {"output": "%Y-%m-%d"}),
        ("seen_at", TIME),
        ("seen_at", NUMBER | {"time": "epoch_s"}),
        ("is_open", {"value": "item.a", "translate": {"yes": True, "no": False}}),
        ("is_open", {"const": True}),
        ("is_open", "item.a"),
        ("name", DATE),
        ("name", TIME),
        ("name", NUMBER | {"text": True}),
        ("name", {"join": ["item.a", "item.b"]}),
        ("kind", {"value": "item.a", "translate": {"d": "dam"}}),
        ("tags", SPLIT),
        ("heights", SPLIT),
        ("height_or_name", NUMBER),
        ("height_or_name", DATE),
        ("day_or_time", DATE),
        ("day_or_time", TIME),
    ],
)
def test_a_form_that_makes_the_type_of_its_field_has_no_fault(field: str, form: Any) -> None:
    assert faults(field, form) == []


@pytest.mark.parametrize(
    ("form", "keys", "shown"),
    [
        ({"const": "yes"}, "const", "'yes'"),
        ({"const": 1}, "const", "1"),
        ({"value": "item.a", "translate": {"yes": "true"}}, "translate.yes", "'true'"),
        ({"value": "item.a", "default": "false"}, "default", "'false'"),
    ],
)
def test_a_constant_of_a_boolean_is_true_or_false_without_quotes(
    form: Any, keys: str, shown: str
) -> None:
    assert faults("is_open", form) == [
        f"rule 1 (SITE), is_open.{keys}: {shown} is refused: must be true or false"
    ]


def test_a_constant_of_a_list_needs_split() -> None:
    assert faults("tags", {"const": "a"}) == [
        "rule 1 (SITE), tags.const: 'a' is refused: must be a list: add split, which makes a list"
        " of a text"
    ]
    assert faults("tags", {"const": "a;b", "split": ";"}) == []


def test_a_constant_time_needs_its_offset() -> None:
    assert faults("seen_at", {"const": "2026-01-31T10:00:00Z"}) == []
    [message] = faults("seen_at", {"const": "2026-01-31T10:00:00"})

    assert message.startswith(
        "rule 1 (SITE), seen_at.const: '2026-01-31T10:00:00' is refused: must be an RFC 3339 time"
    )
