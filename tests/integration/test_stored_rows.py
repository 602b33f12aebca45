"""Rows that were stored under an older model are kept, read, exported and checked."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.support import people
from tests.support.added_entities import added
from tests.support.factories import CANARY, contract, event

PUMP = """
from typing import Annotated, ClassVar, Literal
from entities.base import Entity
from entities.fields import EntityId, Number, renamed_from


class Pump(Entity):
    entity_name: ClassVar[str] = "PUMP"

    pump_id: EntityId
    kind: Literal["big", "small"]
    width: Annotated[Number | None, renamed_from("size", "breadth")] = None
"""


@pytest.fixture(autouse=True)
def models(tmp_path: Path) -> Iterator[None]:
    """Define PUMP, whose model changed, and PERSON. VALVE has no model."""
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "pump.py").write_text(PUMP)
    with added(folder), people.known(folder):
        yield


def put(cloud: Cloud, name: str, entity_id: str, **fields: Any) -> None:
    """Store a row as an older model has written it."""
    item = {
        "ID": {"S": f"{name}#{entity_id}"},
        "ENTITY_NAME": {"S": name},
        f"{name.lower()}_id": {"S": entity_id},
        **fields,
    }
    cloud.dynamodb.put_item(TableName=cloud.table_name, Item=item)


BIG = {"kind": {"S": "big"}}


def checked(result: Result) -> list[tuple[str, str, str]]:
    return [
        (row["entity_name"], row["id"], row["field"])
        for row in json.loads(result.stdout)["refused"]
    ]


@pytest.mark.parametrize("old", ["size", "breadth"])
def test_a_row_under_an_earlier_name_is_read_under_the_name_of_today(
    cloud: Cloud, run: Ingest, old: str
) -> None:
    put(cloud, "PUMP", "p-1", **BIG, **{old: {"N": "4.5"}})

    exported = json.loads(run("export", "PUMP").stdout)["entity"]
    read = cloud.read("PUMP/p-1").document["entity"]
    listed = run("export", "PUMP", "--format", "csv").stdout.splitlines()
    check = run("check", "entities")

    assert exported == read == {"pump_id": "p-1", "kind": "big", "width": "4.5"}
    assert listed == ["pump_id,kind,width", "p-1,big,4.5"]
    assert check.exit_code == 0


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({}, "kind", "Field required"),
        ({"kind": {"S": "medium"}}, "kind", "'big' or 'small'"),
        (BIG | {"width": {"S": "wide"}}, "width", "number"),
        (BIG | {"colour": {"S": "red"}}, "colour", "no such field"),
        (BIG | {"pump_id": {"S": "other"}}, "pump_id", "must be the id of the row's key"),
    ],
)
def test_a_row_that_the_model_refuses_is_listed(
    cloud: Cloud, run: Ingest, fields: Any, field: str, message: str
) -> None:
    put(cloud, "PUMP", "p-1", **BIG)
    put(cloud, "PUMP", "p-2", **fields)

    result = run("check", "entities", "-o", "json")

    assert result.exit_code == 4
    assert checked(result) == [("PUMP", "p-2", field)]
    found = json.loads(result.stdout)
    assert message in found["refused"][0]["message"]
    assert {"entity_name": "PUMP", "rows": 2, "refused": 1} in found["counts"]


def test_a_row_that_the_platform_stored_is_never_refused(cloud: Cloud, run: Ingest) -> None:
    cloud.store(event(contract()))
    row = people.person()
    cloud.store(event(row, entity_name="PERSON", source="operator", subject="p-1"))

    result = run("check", "entities", "-o", "json")

    assert result.exit_code == 0, result.stdout
    assert json.loads(result.stdout)["refused"] == []


def test_rows_of_a_removed_entity_are_listed_by_the_check(cloud: Cloud, run: Ingest) -> None:
    put(cloud, "VALVE", "v-1")
    put(cloud, "VALVE", "v-2")

    result = run("check", "entities", "-o", "json")

    assert result.exit_code == 4
    assert checked(result) == [("VALVE", "v-1", ""), ("VALVE", "v-2", "")]
    assert "no model describes" in json.loads(result.stdout)["refused"][0]["message"]


def test_the_table_of_the_check_is_limited_and_says_so(cloud: Cloud, run: Ingest) -> None:
    for number in range(3):
        put(cloud, "VALVE", f"v-{number}")

    result = run("check", "entities", "--limit", "1")

    assert result.exit_code == 4
    assert "v-0" in result.stdout
    assert "v-1" not in result.stdout
    assert "and 2 more: see --limit" in result.stderr


def test_values_of_personal_fields_are_hidden_in_messages(cloud: Cloud, run: Ingest) -> None:
    put(cloud, "PERSON", "p-1", email={"S": CANARY}, phones={"L": []})

    hidden, shown = run("check", "entities"), run("check", "entities", "--show-personal")

    assert hidden.exit_code == shown.exit_code == 4
    assert CANARY not in hidden.output
    assert "email" in hidden.stdout
    assert CANARY in shown.stdout


@pytest.mark.parametrize(
    "command", [["get", "VALVE", "v-1"], ["list", "VALVE"], ["export", "VALVE"]]
)
def test_rows_of_a_removed_entity_are_read_with_a_note(
    cloud: Cloud, run: Ingest, command: list[str]
) -> None:
    put(cloud, "VALVE", "v-1", state={"S": "open"})

    hidden, shown = run(*command), run(*command, "--show-personal")

    assert shown.exit_code == 0
    assert "open" in shown.stdout
    assert "open" not in hidden.stdout
    assert "No model describes VALVE" in shown.stderr


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


@pytest.mark.parametrize("options", [[], ["--with-event"]])
def test_a_csv_export_keeps_every_stored_column(
    cloud: Cloud, run: Ingest, options: list[str]
) -> None:
    put(cloud, "PUMP", "p-1", **BIG)
    put(cloud, "PUMP", "p-2", **BIG, zone={"S": "z"}, colour={"S": "red"})

    result = run("export", "PUMP", "--format", "csv", "--show-personal", *options)

    header, first, second = rows(result.stdout)
    assert header[:5] == ["pump_id", "kind", "width", "colour", "zone"]
    assert first[:5] == ["p-1", "big", "", "", ""]
    assert second[:5] == ["p-2", "big", "", "red", "z"]
    assert "stored, but in no model: colour, zone" in result.stderr


def test_a_csv_export_of_a_removed_entity_has_the_stored_columns(cloud: Cloud, run: Ingest) -> None:
    put(cloud, "VALVE", "v-1", state={"S": "open"})

    result = run("export", "VALVE", "--format", "csv", "--show-personal")

    assert rows(result.stdout) == [["state", "valve_id"], ["open", "v-1"]]


def test_an_export_says_which_columns_it_hides(cloud: Cloud, run: Ingest) -> None:
    put(cloud, "PUMP", "p-1", **BIG, colour={"S": "red"})

    hidden = run("export", "PUMP", "--format", "csv")
    shown = run("export", "PUMP", "--format", "csv", "--show-personal")

    assert "hidden, and refused by an upload: colour: add --show-personal" in hidden.stderr
    assert "hidden" not in shown.stderr
    assert rows(hidden.stdout)[1][3] == "[hidden]"


def test_a_list_shows_stored_columns_that_the_model_does_not_have(
    cloud: Cloud, run: Ingest
) -> None:
    put(cloud, "PUMP", "p-1", **BIG, colour={"S": "red"})

    result = run("list", "PUMP", "--show-personal")

    assert "colour" in result.stdout
    assert "red" in result.stdout


@pytest.mark.parametrize("name", ["", "pump", "ROCKET"])
@pytest.mark.parametrize("command", ["list", "export"])
def test_a_name_without_model_and_rows_is_unknown(
    cloud: Cloud, run: Ingest, command: str, name: str
) -> None:
    put(cloud, "PUMP", "p-1", **BIG)

    result = run(command, name)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert f"unknown entity {name!r}: there are CONTRACT" in result.stderr


def test_every_page_of_the_table_is_checked(cloud: Cloud, run: Ingest) -> None:
    for number in range(7):
        put(cloud, "VALVE", f"v-{number}", state={"S": "x" * 300_000})

    result = run("check", "entities", "-o", "json")

    assert len(checked(result)) == 7
