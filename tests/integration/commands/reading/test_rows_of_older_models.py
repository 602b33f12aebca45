"""Rows that an older model stored are read, listed and exported."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.cloud import Cloud
from tests.integration.commands.pumps import BIG, PUMP, put
from tests.integration.conftest import Ingest
from tests.support import people
from tests.support.added_entities import added


@pytest.fixture(autouse=True)
def models(tmp_path: Path) -> Iterator[None]:
    """Define PUMP, whose model changed, and PERSON. VALVE has no model."""
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "pump.py").write_text(PUMP)
    with added(folder), people.known(folder):
        yield


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
    assert f"no entity {name!r}: there are CONTRACT" in result.stderr
