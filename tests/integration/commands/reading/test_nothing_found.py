"""An empty result is described on stderr, and an unknown name is refused with what exists."""

import json

import pytest

from tests.integration.cloud import Cloud
from tests.integration.commands.output import message
from tests.integration.commands.pumps import put
from tests.integration.conftest import Ingest
from tests.support.factories import contract, event

LISTS = [
    (["list", "MILESTONE"], "No MILESTONE is stored."),
    (["list", "CONTRACT", "--source", "sourceA"], "No CONTRACT matches: --source sourceA."),
    (["related", "CONTRACT", "c-1"], "CONTRACT 'c-1' refers to no entity, and none refers to it."),
]
EMPTY = [
    *LISTS,
    (["dlq", "list"], "No dead letter is stored."),
    (
        ["dlq", "list", "--source", "sourceA", "--reason", "unrouted"],
        "No dead letter matches: --source",
    ),
    (["audit"], "No line of the audit log matches: --since"),
]
CHECKED = [
    (["check", "references"], "All 0 references are to stored entities."),
    (["check", "entities"], "The models accept all 1 stored rows."),
]


@pytest.fixture(autouse=True)
def _stored(cloud: Cloud, ingest: Ingest) -> None:  # noqa: ARG001 - reads queues without waiting
    cloud.store(event(contract("c-1"), id="7"))


@pytest.mark.parametrize(("command", "text"), EMPTY, ids=lambda value: " ".join(value[:5]))
def test_an_empty_result_is_described_in_words(run: Ingest, command: list[str], text: str) -> None:
    table = run(*command)

    assert (table.exit_code, table.stdout) == (0, "")
    assert text in message(table)


@pytest.mark.parametrize(("command", "text"), CHECKED, ids=lambda value: " ".join(value[:2]))
def test_a_check_without_findings_prints_its_counts_and_says_so(
    run: Ingest, command: list[str], text: str
) -> None:
    table = run(*command)

    assert (table.exit_code, text in message(table)) == (0, True)
    assert table.stdout != ""


def test_json_of_an_empty_result_is_an_empty_list(run: Ingest) -> None:
    documents = [json.loads(run(*command, "-o", "json").stdout) for command, _ in LISTS]
    dead_letters = json.loads(run("dlq", "list", "-o", "json").stdout)

    assert documents == [[], [], []]
    assert dead_letters == {"counts": [], "letters": []}


def test_an_export_without_rows_says_so(run: Ingest) -> None:
    result = run("export", "MILESTONE")

    assert (result.exit_code, result.stdout) == (0, "")
    assert message(result) == "exported 0 MILESTONE No MILESTONE is stored."


def test_a_tail_without_changes_says_so(run: Ingest) -> None:
    result = run("tail", "--for", "0.01")

    assert result.exit_code == 0
    assert "No change arrived." in message(result)


@pytest.mark.parametrize(
    "command",
    [
        ["list", "CONTRACT", "--source", "sourcB"],
        ["export", "CONTRACT", "--source", "sourcB"],
        ["tail", "--source", "sourcB"],
        ["dlq", "list", "--source", "sourcB"],
        ["dlq", "redrive", "--source", "sourcB"],
        ["dlq", "drop", "--source", "sourcB"],
    ],
    ids=" ".join,
)
def test_an_unknown_source_is_refused_with_what_exists(run: Ingest, command: list[str]) -> None:
    result = run(*command)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "sourceA, sourceB, sourceC" in message(result)
    assert 'did you mean "source' in message(result)


@pytest.mark.parametrize(
    "command",
    [
        ["get", "CONTRAKT", "c"],
        ["list", "contract"],
        ["related", "contracts", "c"],
        ["export", "Contract"],
        ["schema", "CONTRAKT"],
        ["tail", "--entity", "CONTRAKT"],
    ],
    ids=" ".join,
)
def test_an_unknown_entity_is_refused_with_what_exists(run: Ingest, command: list[str]) -> None:
    result = run(*command)

    assert (result.exit_code, result.stdout) == (2, "")
    expected = 'there are CONTRACT, DOCUMENT, EQUIPMENT, MILESTONE; did you mean "CONTRACT"?'
    assert expected in message(result)


@pytest.mark.parametrize("command", ["list", "export"])
def test_rows_of_a_removed_source_are_found(cloud: Cloud, run: Ingest, command: str) -> None:
    old = {"M": {"source": {"S": "sourceOld"}, "id": {"S": "1"}, "time": {"S": "2020"}}}
    put(cloud, "CONTRACT", "c-9", contract_name={"S": "Old"}, _event=old)

    result = run(command, "CONTRACT", "--source", "sourceOld")

    assert result.exit_code == 0, result.output
    assert "c-9" in result.stdout
    assert "c-1" not in result.stdout
