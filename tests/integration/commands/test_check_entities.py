"""`ingest check entities` lists the rows that today's models refuse."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from tests.integration.cloud import Cloud
from tests.integration.commands.pumps import BIG, PUMP, put
from tests.integration.conftest import Ingest
from tests.support import people
from tests.support.added_entities import added
from tests.support.factories import CANARY, contract, event


@pytest.fixture(autouse=True)
def models(tmp_path: Path) -> Iterator[None]:
    """Define PUMP, whose model changed, and PERSON. VALVE has no model."""
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "pump.py").write_text(PUMP)
    with added(folder), people.known(folder):
        yield


def checked(result: Result) -> list[tuple[str, str, str]]:
    return [
        (row["entity_name"], row["id"], row["field"])
        for row in json.loads(result.stdout)["refused"]
    ]


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


def test_every_page_of_the_table_is_checked(cloud: Cloud, run: Ingest) -> None:
    for number in range(7):
        put(cloud, "VALVE", f"v-{number}", state={"S": "x" * 300_000})

    result = run("check", "entities", "-o", "json")

    assert len(checked(result)) == 7
