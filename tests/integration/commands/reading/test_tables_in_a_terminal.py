"""Tables fit the terminal: in a real pseudo-terminal, and uncut in a pipe."""

import json
import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from rich.cells import cell_len

from tests.integration.cloud import Cloud
from tests.integration.commands.output import message
from tests.integration.conftest import Ingest, See
from tests.integration.dead_letters.examples import dead_letter, leases
from tests.support.factories import contract, event, milestone
from tests.support.files.dropped import keys_of

LONG_ID = "ocds-03ad3f-246807/246807-11-setiembre-srl-4"
NAME = "Adquisición de guantes y otros insumos médicos para el hospital de Asunción"
CJK = "病院のための手袋とその他の医療用品の購入" * 3
MESSAGE_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
COMMANDS = [
    ["list", "CONTRACT"],
    ["list", "EQUIPMENT"],
    ["list", "MILESTONE"],
    ["related", "CONTRACT", "c-1"],
    ["check", "references"],
    ["check", "entities"],
    ["dlq", "list"],
    ["sources"],
]


@pytest.fixture
def filled(site: Cloud, ingest: Ingest) -> Cloud:  # noqa: ARG001 - reads queues without waiting
    """Store entities of all kinds with long ids and texts, and dead letters."""
    site.store(
        event(contract(LONG_ID, contract_name=NAME), id="8"),
        event(contract("c-3", contract_name=CJK), id="9"),
        event(
            milestone(f"{LONG_ID}/signature", description=NAME),
            source="sourceC",
            entity_name="MILESTONE",
        ),
    )
    dead_letter(site, *leases("c-1", LONG_ID), "no event")
    return site


def lines(text: str) -> Iterator[str]:
    return (COLOURS.sub("", line).rstrip() for line in text.splitlines())


@pytest.mark.parametrize("columns", [120, 80, 40, 20])
def test_lines_are_not_wrapped_and_ids_are_whole(filled: Cloud, see: See, columns: int) -> None:
    assert filled
    shown = {" ".join(command): see(*command, columns=columns).text for command in COMMANDS}

    for command, text in shown.items():
        too_long = [line for line in lines(text) if cell_len(line) > columns]
        # Whole ids and messages, which the terminal itself wraps.
        assert all(re.fullmatch(r"\w+: \S+|\[?\w+\]? .+", line) for line in too_long), command
    assert LONG_ID in shown["list CONTRACT"]
    assert f"{LONG_ID}/signature" in shown["list MILESTONE"]
    assert len(set(MESSAGE_ID.findall(shown["dlq list"]))) == 1


@pytest.mark.parametrize(("columns", "is_table"), [(120, True), (80, False)])
def test_a_text_ends_with_an_ellipsis_in_a_table_and_in_records(
    filled: Cloud, see: See, columns: int, is_table: bool
) -> None:
    assert filled
    text = "\n".join(lines(see("list", "CONTRACT", columns=columns).text))

    assert ("contract_id: c-1\n" not in text) == is_table
    assert "Adquisición de " in text
    assert NAME not in text
    assert text.count("…") == 2


@pytest.mark.usefixtures("ingest")
def test_spare_columns_are_left_out_before_rows_become_records(site: Cloud, see: See) -> None:
    event_id = str(uuid4())
    dead_letter(site, *leases(event_id), "no event")
    dropped = site.drop("contracts-2026.csv", "colour\n")
    site.extract(dropped)
    refused = keys_of(dropped).upload_id

    failed = list(lines(see("dlq", "list", columns=80).text))
    uploads = list(lines(see("files", "list", columns=80).text))
    wide = next(lines(see("files", "list", columns=140).text))
    narrow = list(lines(see("files", "list", columns=60).text))

    assert any(line.startswith(f"{event_id}  wrong_source  ") for line in failed)
    assert uploads[0].split() == ["upload_id", "name", "state", "rows", "rejected"]
    assert uploads[2].split()[:3] == [refused, "contracts-2026.csv", "refused"]
    assert wide.split()[-3:] == ["uploaded_at", "source", "ignored"]
    assert f"upload_id: {refused}" in narrow
    assert "source: sourceB" in narrow


def test_headers_are_split_before_rows_become_records(site: Cloud, see: See) -> None:
    assert site
    header, *_ = lines(see("list", "EQUIPMENT", columns=80).text)
    records = list(lines(see("list", "EQUIPMENT", columns=60).text))

    assert header.split() == ["parent_", "current_"]
    assert records[:3] == [
        "equipment_id: e-1",
        "contract_id: c-1",
        "time: 2026-01-31T12:00:00Z",
    ]
    assert records[3].startswith("changed: ")
    assert records[4:6] == ["source: sourceA", ""]


def test_a_pipe_gets_every_value_whole(filled: Cloud, run: Ingest) -> None:
    assert filled
    result = run("list", "CONTRACT")

    assert NAME in result.stdout
    assert CJK in result.stdout
    assert "…" not in result.stdout


def test_get_shows_a_text_whole(filled: Cloud, see: See) -> None:
    assert filled
    shown = see("get", "CONTRACT", LONG_ID, columns=40)

    assert NAME in " ".join(lines(shown.text))
    assert f"contract_id: {LONG_ID}" in shown.text


def test_a_record_and_a_message_have_no_line_break_of_their_own(filled: Cloud, see: See) -> None:
    assert filled
    shown = see("get", "CONTRACT", LONG_ID, columns=30)
    refused = see("get", "CONTRACT", f"{LONG_ID}-{LONG_ID}", columns=30)

    assert f"contract_id: {LONG_ID}" in lines(shown.text)
    assert f"contract_name: {NAME}" in lines(shown.text)
    assert f"local has no CONTRACT '{LONG_ID}-{LONG_ID}'" in refused.text


def test_times_are_shown_to_the_second_and_exact_in_json(site: Cloud, run: Ingest) -> None:
    assert site
    for command in (["get", "CONTRACT", "c-1"], ["list", "CONTRACT"]):
        assert "2026-01-31T12:00:00Z" in run(*command).stdout
        assert "2026-01-31T12:00:00.000000Z" in run(*command, "-o", "json").stdout


def test_columns_are_chosen_in_their_order(filled: Cloud, see: See) -> None:
    assert filled
    shown = list(lines(see("list", "CONTRACT", "--columns", "time, contract_id").text))

    assert shown[0].split() == ["time", "contract_id"]
    assert shown[2] == "2026-01-31T12:00:00Z  c-1"


@pytest.mark.parametrize(
    ("command", "header"),
    [
        (["get", "EQUIPMENT", "e-1", "--columns", "event source"], "event source: sourceA"),
        (["related", "EQUIPMENT", "e-2", "--columns", "id,state"], "id   state"),
        (["check", "references", "--columns", "missing_id"], "missing_id"),
        (["check", "entities", "--columns", "id"], "entity_name  rows  refused"),
        (["sources", "--columns", "url"], "url"),
        (["dlq", "list", "--columns", "id,since"], "No dead letter is stored."),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_every_list_takes_columns(site: Cloud, see: See, command: list[str], header: str) -> None:
    assert site
    assert next(lines(see(*command).text)) == header


@pytest.mark.parametrize("output", ["table", "json"])
def test_an_unknown_column_is_refused(site: Cloud, run: Ingest, output: str) -> None:
    assert site
    result = run("list", "CONTRACT", "--columns", "contract_nam", "-o", output)

    assert result.exit_code == 2
    assert result.stdout == ""
    printed = re.sub(r"[\s│]+", " ", result.stderr)
    assert "there are contract_id, contract_name, contract_type, contract_status, time" in printed
    assert 'did you mean "contract_name"?' in printed


def test_json_has_every_field_whatever_the_columns(site: Cloud, run: Ingest) -> None:
    assert site
    chosen = run("list", "CONTRACT", "--columns", "time", "-o", "json").stdout

    assert chosen == run("list", "CONTRACT", "-o", "json").stdout
    assert json.loads(chosen)[0]["entity"]["contract_name"] == "Turbines"
    assert message(run("list", "CONTRACT")) == ""
