"""Booleans, times and lists leave with the types that they came in with."""

import csv
import io
import json
from collections.abc import Callable

import pytest

from tests.integration.cloud import Cloud
from tests.integration.commands.output import message
from tests.integration.conftest import Ingest
from tests.integration.field_types.inputs import natively
from tests.support.factories import Json

SENT = (
    '{"meter_id":"m-1","is_on":false,"set_at":"2026-01-31T12:00:00.5+02:00",'
    '"flags":[true,null],"times":["2026-01-31T12:00:00Z",null],"readings":[1.50,2],"days":[]}'
)
FIELDS: Json = {
    "meter_id": "m-1",
    "is_on": False,
    "set_at": "2026-01-31T10:00:00.500000Z",
    "flags": [True, None],
    "times": ["2026-01-31T12:00:00.000000Z", None],
    "readings": ["1.5", "2"],
    "days": [],
}


@pytest.fixture
def stored(cloud: Cloud) -> Cloud:
    natively(cloud, SENT)
    return cloud


def test_the_read_api_returns_each_type(stored: Cloud) -> None:
    one = stored.read("METER/m-1").document["entity"]
    [listed] = stored.read("METER").document["items"]

    assert one == FIELDS
    assert listed["entity"] == FIELDS


def test_the_same_values_written_otherwise_are_the_same_entity(stored: Cloud) -> None:
    tag = stored.read("METER/m-1").headers["ETag"]
    same = SENT.replace("12:00:00.5+02:00", "10:00:00.500Z").replace("1.50", '"1.5"')

    natively(stored, f'{same[:-1]},"note":null}}')

    assert stored.read("METER/m-1").document["entity"] == FIELDS
    assert stored.read("METER/m-1").headers["ETag"] != tag  # Of another event.
    stored.publish_changes(stored.stream())
    first, second = stored.published_changes()
    assert (first.kind, second.data.changed) == ("created", [])


def test_a_change_names_a_changed_boolean_time_and_list(stored: Cloud) -> None:
    changed = (
        SENT.replace("false", "true").replace(".5+", ".6+").replace('"days":[]', '"days":null')
    )
    natively(stored, changed)

    stored.publish_changes(stored.stream())

    last = stored.published_changes()[-1].data
    assert last.before == FIELDS
    assert last.changed == ["days", "is_on", "set_at"]
    assert last.after == {
        **{name: value for name, value in FIELDS.items() if name != "days"},
        "is_on": True,
        "set_at": "2026-01-31T10:00:00.600000Z",
    }


@pytest.mark.usefixtures("stored")
def test_commands_print_and_export_each_type_as_json(run: Ingest) -> None:
    assert json.loads(run("get", "METER", "m-1", "-o", "json").stdout)["entity"] == FIELDS
    [listed] = json.loads(run("list", "METER", "-o", "json").stdout)
    assert listed["entity"] == FIELDS
    assert json.loads(run("export", "METER").stdout)["entity"] == FIELDS


@pytest.mark.usefixtures("stored")
def test_tables_show_the_words_of_json_and_whole_times(run: Ingest) -> None:
    shown = run("get", "METER", "m-1").stdout.splitlines()
    [header, _, line] = run("list", "METER").stdout.splitlines()

    assert "is_on: false" in shown
    assert "set_at: 2026-01-31T10:00:00.500000Z" in shown
    assert "flags: [true,null]" in shown
    assert 'readings: ["1.5","2"]' in shown
    assert "days: []" in shown
    assert "set_at" in header
    assert " false  2026-01-31T10:00:00.500000Z  [true,null] " in line


def test_a_csv_export_can_be_uploaded_again(stored: Cloud, run: Ingest) -> None:
    exported = run("export", "METER", "--format", "csv").stdout
    [row] = csv.DictReader(io.StringIO(exported))
    stored.empty_table()

    stored.extract(stored.drop("a.csv", exported))
    stored.insert()
    stored.work(*stored.queued())

    assert (row["is_on"], row["set_at"]) == ("false", FIELDS["set_at"])
    assert (row["flags"], row["days"]) == ("[true,null]", "[]")
    assert stored.read("METER/m-1").document["entity"] == FIELDS


@pytest.mark.parametrize(
    ("edit", "field", "value"),
    [
        ("is_on:=true", "is_on", True),
        ("set_at=2026-02-01T00:00:00+01:00", "set_at", "2026-01-31T23:00:00.000000Z"),
        ("flags:=[false]", "flags", [False]),
        ('times:=["2026-02-01T00:00:00Z"]', "times", ["2026-02-01T00:00:00.000000Z"]),
        ("readings:=[]", "readings", []),
    ],
)
@pytest.mark.usefixtures("gateway")
def test_put_sets_each_type(
    stored: Cloud, run: Ingest, edit: str, field: str, value: object
) -> None:
    result = run("put", "METER", "m-1", "--set", edit)

    assert result.exit_code == 0, result.output
    assert stored.read("METER/m-1").document["entity"] == FIELDS | {field: value}


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        ("is_on=true", "METER.is_on takes no text: write is_on:=JSON, such as is_on:=true"),
        ("flags=[true]", "METER.flags takes no text: write flags:=JSON"),
        ("readings=1", "or readings:='[\"a\"]' for a list"),
        ("is_on:=1", "is_on: Input should be a valid boolean"),
        ("set_at=2026-01-31", "set_at: must be an RFC 3339 time with its offset"),
    ],
)
@pytest.mark.usefixtures("gateway")
def test_put_refuses_a_value_of_another_type(
    stored: Cloud, run: Ingest, edit: str, text: str
) -> None:
    result = run("put", "METER", "m-1", "--set", edit)

    assert result.exit_code != 0
    assert text in message(result)
    assert stored.read("METER/m-1").document["entity"] == FIELDS


def test_rows_of_each_type_fit_their_model(stored: Cloud, run: Ingest) -> None:
    natively(stored, '{"meter_id":"m-2"}')

    result = run("check", "entities")

    assert result.exit_code == 0, result.output


def test_events_are_counted_once_for_the_same_time_in_another_zone(
    stored: Cloud, counts: Callable[[], dict[str, int]]
) -> None:
    event = '{"entity_name":"METER","id":"1","time":"2026-01-31T12:00:00Z","body":%s}'
    bodies = [
        '{"meter_id":"m-3","set_at":"2026-01-31T10:00:00Z"}',
        '{"meter_id":"m-3","set_at":"2026-01-31T11:00:00+01:00"}',
    ]
    for body in bodies:
        stored.post(event % body)
    counts()

    stored.work(*stored.queued())

    found = counts()
    assert (found["EventStored"], found["EventDuplicated"]) == (1, 1)
