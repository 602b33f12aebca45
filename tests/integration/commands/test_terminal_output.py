"""No stored or posted text controls the terminal of the person who reads it."""

import csv
import io
import json
import sys

import pytest

from ingestion.cli.entities.export import write_csv
from ingestion.cli.output import console
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.examples import dead_letter
from tests.support.factories import contract, event
from tests.support.terminal.in_process import show

# Sets the title, clears the screen, in 8-bit form too, and reverses the direction of text.
HOSTILE = "\x1b]0;title\x07\x1b[2J\x9b2J\x7f\u202e\u2066\u200f\u2028end"
COMMANDS = [
    ["get", "CONTRACT", "c-1"],
    ["list", "CONTRACT"],
    ["export", "CONTRACT"],
    ["dlq", "list"],
    ["dlq", "show", "d-1"],
    ["dlq", "show", "d-1", "--show-personal"],
    ["dlq", "redrive", "--id", "d-1"],
]


@pytest.fixture
def hostile(cloud: Cloud, run: Ingest) -> Ingest:
    """Store an entity with a hostile text, and dead-letter an event that has one in a name."""
    cloud.store(event(contract("c-1", contract_name=HOSTILE), id="1"))
    dead_letter(cloud, {"id": "d-1", "data": contract(contract_name=HOSTILE) | {HOSTILE: True}})
    return run


def controls(text: str) -> set[str]:
    return {c for c in text if not c.isprintable()} - {"\n"}


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("options", [[], ["-o", "json"]], ids=["table", "json"])
def test_a_command_prints_no_character_that_controls_a_terminal(
    hostile: Ingest, command: list[str], options: list[str]
) -> None:
    result = hostile(*command, *([] if command[0] == "export" else options))

    assert "end" in result.output
    assert controls(result.output) == set()


def test_json_keeps_the_text(hostile: Ingest) -> None:
    got = hostile("get", "CONTRACT", "c-1", "-o", "json")
    exported = hostile("export", "CONTRACT")

    assert json.loads(got.stdout)["entity"]["contract_name"] == HOSTILE
    assert json.loads(exported.stdout)["entity"]["contract_name"] == HOSTILE


def test_csv_is_cleaned_on_a_terminal_and_exact_in_a_file(hostile: Ingest) -> None:
    [shown] = [json.loads(hostile("export", "CONTRACT").stdout)]

    def write_to_terminal() -> int:
        write_csv([shown], sys.stdout, ["contract_name"], with_event=False)
        return 0

    printed = show(write_to_terminal, columns=80).text
    file = io.StringIO()
    write_csv([shown], file, ["contract_name"], with_event=False)

    assert controls(printed) <= {"\r"}
    assert "end" in printed
    assert (
        next(csv.DictReader(io.StringIO(file.getvalue(), newline="")))["contract_name"] == HOSTILE
    )


def test_a_message_with_several_lines_keeps_them(capsys: pytest.CaptureFixture[str]) -> None:
    console.print(f"first {HOSTILE}\nsecond")

    printed = capsys.readouterr().err
    assert controls(printed) == set()
    assert printed.splitlines()[-1] == "second"
