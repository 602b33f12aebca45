"""Rules make booleans, times and lists of JSON, forms, XML and tables."""

from decimal import Decimal
from typing import Any

import pytest

from tests.integration.cloud import Cloud
from tests.integration.mapping.conftest import map_source, reading
from tests.support.factories import Json

FORM = "application/x-www-form-urlencoded"
FORMS: Json = {
    "valid": {"value": "item.ok", "translate": {"yes": True, "no": False, "1": True}},
    "at": {"value": "item.at", "time": ["epoch_s", "rfc3339"]},
    "tags": {"value": "item.tags", "split": ";"},
    "values": {"value": "item.values", "split": ","},
    "times": {"value": "item.times", "split": " "},
}
TEXTS = {
    "ok": "yes",
    "at": "1769860800.5",
    "tags": " a ;b;c",
    "values": "1.50,2",
    "times": "2026-01-31T12:00:00+02:00 2026-02-01T00:00:00Z",
}
STORED: Json = {
    "valid": True,
    "at": "2026-01-31T12:00:00.500000Z",
    "tags": ["a", "b", "c"],
    "values": [Decimal("1.5"), 2],
    "times": ["2026-01-31T10:00:00.000000Z", "2026-02-01T00:00:00.000000Z"],
}
IDS = {"id": "r-1"}
QUERY = "&".join(f"{n}={v.replace('+', '%2B')}" for n, v in (IDS | TEXTS).items())
XML = "".join(f"<{name}>{value}</{name}>" for name, value in (IDS | TEXTS).items())
TABLE = "\n".join([",".join(IDS | TEXTS), ",".join(f'"{v}"' for v in (IDS | TEXTS).values())])


def stored(cloud: Cloud, *fields: str) -> Json:
    """Return the fields that a worker stores of the only reading."""
    cloud.work(*cloud.queued())
    [row] = cloud.rows().values()
    return {name: row[name] for name in fields or STORED}


@pytest.mark.parametrize(
    ("body", "content_type", "root"),
    [
        pytest.param(IDS | TEXTS, "application/json", "payload", id="JSON"),
        pytest.param(QUERY, FORM, "payload", id="form"),
        pytest.param(f"<r>{XML}</r>", "application/xml", "payload.r", id="XML"),
    ],
)
def test_forms_make_the_types_of_fields_from_texts(
    cloud: Cloud, body: Any, content_type: str, root: str
) -> None:
    map_source(cloud, reading(each=root, fields=FORMS))

    response = cloud.post(body, content_type=content_type)

    assert response.status == 202, response.text
    assert stored(cloud) == STORED


def test_forms_make_the_types_of_fields_from_the_cells_of_a_table(cloud: Cloud) -> None:
    map_source(cloud, reading(fields=FORMS))

    cloud.extract(cloud.drop("a.csv", TABLE))
    cloud.insert()

    assert stored(cloud) == STORED


def test_values_of_json_keep_their_types(cloud: Cloud) -> None:
    names = ("valid", "at", "flags", "values", "tags")
    map_source(cloud, reading(fields={name: f"item.{name}" for name in names}))

    cloud.post(
        '{"id":"r-1","valid":false,"at":"2026-01-31T12:00:00+02:00","flags":[true,false],'
        '"values":[1.1000000000000000000000000001,null,"2"],"tags":[]}'
    )

    assert stored(cloud, *names) == {
        "valid": False,
        "at": "2026-01-31T10:00:00.000000Z",
        "flags": [True, False],
        "values": [Decimal("1.1000000000000000000000000001"), None, 2],
        "tags": [],
    }


def test_constants_and_defaults_are_booleans_and_times(cloud: Cloud) -> None:
    fields = {
        "valid": {"value": "item.ok", "default": False},
        "at": {"const": "2026-01-31T12:00:00+02:00"},
    }
    map_source(cloud, reading(fields=fields))

    cloud.post({"id": "r-1"})

    assert stored(cloud, "valid", "at") == {"valid": False, "at": "2026-01-31T10:00:00.000000Z"}


REPEATED = reading(
    each="payload.r || payload",
    fields={"tags": "to_array(item.tag)", "flags": "to_array(item.flag)"},
)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param("id=r-1&tag=x&flag=true&flag=false", FORM, id="form"),
        pytest.param(
            "<r><id>r-1</id><tag>x</tag><flag>true</flag><flag>false</flag></r>",
            "text/xml",
            id="XML",
        ),
    ],
)
def test_repeated_values_of_a_form_and_of_xml_are_lists(
    cloud: Cloud, body: str, content_type: str
) -> None:
    map_source(cloud, REPEATED)

    cloud.post(body, content_type=content_type)

    assert stored(cloud, "tags", "flags") == {"tags": ["x"], "flags": [True, False]}


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ("id=r-1&ok=yes", "valid", "must be true or false. In a rule of `map`, `translate` reads"),
        ("id=r-1&ok=1", "valid", "must be true or false. In a rule of `map`, `translate` reads"),
        ("id=r-1&tag=x", "tags", "must be a JSON list such as"),
        ("id=r-1&at=2026-01-31+12:00", "at", "must be an RFC 3339 time with its offset, such as"),
    ],
)
def test_a_text_of_another_type_is_refused_with_the_key_that_reads_it(
    cloud: Cloud, body: str, field: str, message: str
) -> None:
    map_source(cloud, reading(fields={"valid": "item.ok", "tags": "item.tag", "at": "item.at"}))

    response = cloud.post(body, content_type=FORM)

    [error] = response.document["errors"]
    assert error["field"] == f"rule 1 (READING), {field}"
    assert error["message"].startswith(message)
