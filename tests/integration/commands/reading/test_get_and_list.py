"""`ingest get`, `list` and `related` print entities."""

import re

import pytest

from tests.integration.cloud import Cloud
from tests.integration.commands.output import document
from tests.integration.conftest import Ingest
from tests.integration.used_grants import RecordingSession
from tests.support.canned import aws_error
from tests.support.factories import contract, equipment, event


def test_get_prints_an_entity_as_the_read_api_returns_it(site: Cloud, run: Ingest) -> None:
    shown = run("get", "CONTRACT", "c-1", "-o", "json")

    assert document(shown) == site.read("CONTRACT/c-1").document
    table = run("get", "CONTRACT", "c-1")
    assert "contract_name" in table.stdout
    assert "event source" in table.stdout


def test_list_prints_entities_up_to_the_limit(site: Cloud, run: Ingest) -> None:
    assert site
    everything = document(run("list", "EQUIPMENT", "-o", "json"))
    one = run("list", "EQUIPMENT", "--limit", "1", "-o", "json")

    assert [item["id"] for item in everything] == ["e-1", "e-2", "e-3"]
    assert [item["id"] for item in document(one)] == ["e-1"]
    assert "more than 1" in one.stderr
    assert "e-3" in run("list", "EQUIPMENT").stdout


def test_list_filters_by_source_and_by_time_of_change(site: Cloud, run: Ingest) -> None:
    site.store(event(contract("c-2"), source="operator"))
    stored_at = site.read("CONTRACT/c-2").document["event"]["stored_at"]

    for options in (["--source", "operator"], ["--changed-since", stored_at]):
        found = document(run("list", "CONTRACT", *options, "-o", "json"))
        assert [item["id"] for item in found] == ["c-2"]
    assert len(document(run("list", "CONTRACT", "--changed-since", "1h", "-o", "json"))) == 2


def test_list_sorts_by_id_or_by_the_time_of_the_change(site: Cloud, run: Ingest) -> None:
    site.store(event(equipment("e-1"), id="2", source="sourceA", entity_name="EQUIPMENT"))
    run("entities", "reindex")

    def listed(order: str) -> list[str]:
        found = document(run("list", "EQUIPMENT", "--sort", order, "-o", "json"))
        return [item["id"] for item in found]

    by_time = sorted(listed("id"), key=lambda each: (stored_at(site, each), each))
    assert listed("-id") == ["e-3", "e-2", "e-1"]
    assert listed("changed") == by_time
    assert listed("-changed") == by_time[::-1]
    chosen = run("list", "EQUIPMENT", "--columns", "changed,source")
    assert "sourceA" in chosen.stdout


def stored_at(site: Cloud, entity_id: str) -> str:
    return str(site.read(f"EQUIPMENT/{entity_id}").document["event"]["stored_at"])


@pytest.mark.parametrize("command", [["list", "-o", "json"], ["export"]])
def test_a_read_since_a_time_says_once_how_to_read_only_what_changed(
    site: Cloud, run: Ingest, command: list[str]
) -> None:
    for second, name in enumerate(("e-3", "e-2", "e-1")):
        time = f"2026-01-31T12:00:0{second + 1}Z"
        again = event(equipment(name), id="9", time=time, source="sourceA", entity_name="EQUIPMENT")
        site.store(again)
    arguments = [command[0], "EQUIPMENT", *command[1:], "--changed-since", "1h"]

    before = run(*arguments)
    run("entities", "reindex")
    after = run(*arguments)

    assert "run once:\ningest entities reindex\n" in before.stderr
    assert "reindex" not in after.stderr
    assert re.findall(r'"id": ?"(e-\d)"', before.stdout) == ["e-1", "e-2", "e-3"]
    assert re.findall(r'"id": ?"(e-\d)"', after.stdout) == ["e-3", "e-2", "e-1"]


def test_related_prints_what_the_read_api_returns(site: Cloud, run: Ingest) -> None:
    found = document(run("related", "EQUIPMENT", "e-2", "-o", "json"))
    table = run("related", "EQUIPMENT", "e-2").stdout

    assert found == site.read("EQUIPMENT/e-2/related").document["items"]
    assert table.count("missing") == 1
    assert "more than 1" in run("related", "EQUIPMENT", "e-2", "--limit", "1").stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["get", "CONTRACT", "c-9"], 3, "local has no CONTRACT 'c-9'"),
        (["related", "CONTRACT", "c-9"], 3, "local has no CONTRACT 'c-9'"),
        (["get", "ROCKET", "r"], 2, "there are CONTRACT, DOCUMENT, EQUIPMENT, MILESTONE"),
        (["list", "ROCKET"], 2, "there are CONTRACT, DOCUMENT, EQUIPMENT, MILESTONE"),
        (["related", "ROCKET", "r"], 2, "there are CONTRACT, DOCUMENT, EQUIPMENT, MILESTONE"),
        (["export", "ROCKET"], 2, "there are CONTRACT, DOCUMENT, EQUIPMENT, MILESTONE"),
        (["export", "CONTRACT", "--to", "/nowhere/at/all"], 2, "No such file or directory"),
        (["export", "CONTRACT", "--format", "xls"], 2, "'xls' is not one of"),
        (["list", "CONTRACT", "--changed-since", "yesterday"], 2, "'yesterday' must be an age"),
    ],
)
def test_a_command_that_cannot_read_prints_the_reason_on_stderr(
    site: Cloud, run: Ingest, arguments: list[str], code: int, message: str
) -> None:
    assert site
    result = run(*arguments)

    assert result.exit_code == code
    assert result.stdout == ""
    assert message in result.stderr


def test_an_error_of_the_table_ends_the_command(
    site: Cloud, run: Ingest, session: RecordingSession
) -> None:
    refused = aws_error("ResourceNotFoundException")

    with session.hooked("before-call.dynamodb.Query", lambda **_: refused):
        result = run("list", "EQUIPMENT")

    assert site
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "ResourceNotFoundException" in str(result.exception)


def test_the_operator_is_not_listed_as_a_source(site: Cloud, run: Ingest) -> None:
    assert site
    listed = document(run("sources", "-o", "json"))

    names = [source["source"] for source in listed]
    assert names == ["sourceA", "sourceB", "sourceC", "documents"]
    assert run("send", "-", "--source", "operator", stdin="{}").exit_code == 2
