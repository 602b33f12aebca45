"""`ingest map FILE` shows what the rules make of a payload, without a stack and without AWS."""

import json
from typing import Any

import pytest

from ingestion.cli.checkout import Checkout
from tests.integration.map_command.conftest import Map, Write
from tests.integration.map_command.shop import order
from tests.support.factories import Json

SHOP = ("--source", "shop", "--header", "X-Tenant: north")


def made(shown: str) -> Any:
    """Return the payloads of a document that the command printed."""
    return json.loads(shown)["payloads"]


def test_each_field_is_shown_with_its_value_and_expression(ingest_map: Map, write: Write) -> None:
    write("order.json", order())

    result = ingest_map("order.json", *SHOP, "-o", "json")

    assert result.exit_code == 0, result.stderr
    [payload] = made(result.stdout)
    contract, milestone = payload["items"]
    assert payload["payload"] == order()
    assert contract | {"event_id": ""} == {
        "rule": 1,
        "item": 0,
        "entity": "CONTRACT",
        "id": "north/7",
        "operation": "upsert",
        "time": "2026-01-31T11:00:00.000000Z",
        "event_id": "",
        "valid": True,
        "errors": [],
        "fields": {
            "contract_id": "north/7",
            "contract_name": "Turbines",
            "contract_type": "goods",
            "contract_status": "active",
        },
        "from": {
            "time": "payload.order.changed",
            "event_id": "the default",
            "fields": {
                "contract_id": 'headers."x-tenant", payload.order.number',
                "contract_name": "payload.order.title",
                "contract_type": "const",
                "contract_status": "payload.order.state",
            },
        },
    }
    assert milestone["fields"]["description"] == "Tower"
    assert milestone["from"]["fields"]["description"] == "item.title"
    assert milestone["from"]["time"] == "the time of receipt"
    assert result.stderr == "1 payload, 2 valid\n"


def test_the_tables_show_payload_events_and_validation(ingest_map: Map, write: Write) -> None:
    write("order.json", order())

    lines = [line.rstrip() for line in ingest_map("order.json", *SHOP).stdout.splitlines()]

    assert lines[0] == "payload: 0"
    assert lines[1].startswith('content: {"order":{"number":7,')
    assert "item: 0 of rule 1 (CONTRACT)" in lines
    assert "event: upsert CONTRACT north/7" in lines
    assert "time: 2026-01-31T11:00:00.000000Z (payload.order.changed)" in lines
    assert "valid: yes" in lines
    [row] = [line.split() for line in lines if line.startswith("contract_name")]
    assert row == ["contract_name", "Turbines", "payload.order.title"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"state": "lost"}, "contract_status: has no entry in translate"),
        ({"changed": None}, "time: is null"),
        ({"title": 7}, "valid: no: contract_name: must be a text: add `text: true` to the rule"),
    ],
)
def test_a_refused_event_ends_with_4_and_says_why(
    ingest_map: Map, write: Write, change: Json, said: str
) -> None:
    write("order.json", order(**change))

    result = ingest_map("order.json", *SHOP)

    assert result.exit_code == 4
    assert said in result.stdout
    assert result.stderr == "1 payload, 1 valid, 1 refused\n"


def test_json_names_the_field_of_an_error_beside_its_rule(ingest_map: Map, write: Write) -> None:
    write("order.json", order(state="lost"))

    result = ingest_map("order.json", *SHOP, "-o", "json")

    refused, valid = made(result.stdout)[0]["items"]
    assert (refused["rule"], refused["valid"]) == (1, False)
    assert [error["field"] for error in refused["errors"]] == ["contract_status"]
    assert valid["errors"] == []


def test_an_ignored_payload_ends_with_0(ingest_map: Map, write: Write) -> None:
    write("ping.json", {"type": "ping"})

    result = ingest_map("ping.json", *SHOP)

    assert (result.exit_code, result.stderr) == (0, "1 payload, 1 ignored\n")


def test_an_unmatched_payload_ends_with_4(ingest_map: Map, write: Write) -> None:
    write("other.json", {"type": "other"})

    result = ingest_map("other.json", *SHOP)

    assert (result.exit_code, result.stderr) == (4, "1 payload, 1 unmatched\n")


def test_headers_beside_the_file_are_read_and_those_of_the_command_win(
    ingest_map: Map, write: Write
) -> None:
    write("order.json", order())
    write("order.headers.yaml", "X-Tenant: south")

    beside = ingest_map("order.json", "--source", "shop", "-o", "json")
    given = ingest_map("order.json", *SHOP, "-o", "json")

    assert made(beside.stdout)[0]["items"][0]["id"] == "south/7"
    assert made(given.stdout)[0]["items"][0]["id"] == "north/7"


def test_an_ignore_that_fails_is_named(
    ingest_map: Map, write: Write, mapped_checkout: Checkout
) -> None:
    catalog = mapped_checkout.catalog_file
    catalog.write_text(catalog.read_text().replace("payload.type == 'ping'", "payload.type > `1`"))
    write("a.json", {"type": "x"})

    result = ingest_map("a.json", *SHOP)

    assert result.exit_code == 4
    assert "item: 0 of the payload" in result.stdout
    assert "valid: no: ignore: <, <=, > or >= compares a string with a number" in result.stdout


def test_numbers_are_exact(ingest_map: Map) -> None:
    number = "900719925474099312345.10"

    result = ingest_map("-", *SHOP, "-o", "json", stdin=f'{{"order": {{"number": {number}}}}}')

    assert f'"number": {number}' in result.stdout


def test_no_text_of_a_payload_controls_the_terminal(ingest_map: Map, write: Write) -> None:
    write("order.json", order(title="\u001b[31mred\u202e"))

    for output in ("table", "json"):
        shown = ingest_map("order.json", *SHOP, "-o", output).stdout
        assert "\x1b" not in shown
        assert "\u202e" not in shown


def test_coverage_lists_what_no_rule_reads(ingest_map: Map, write: Write) -> None:
    write("order.json", order(buyer={"name": "A"}))

    table = ingest_map("order.json", *SHOP, "--coverage")
    document = ingest_map("order.json", *SHOP, "--coverage", "-o", "json")

    assert table.stdout.splitlines()[-1].strip() == "order.buyer.name"
    assert table.stderr.splitlines()[-1] == "The rules read 7 of 8 paths."
    assert json.loads(document.stdout)["unread"] == ["order.buyer.name"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a.json"], "--source is missing"),
        ([], "name a FILE, or pass --check or --record"),
        (["--check", "--record"], "exactly one of them"),
        (["a.json", "--check"], "exactly one of them"),
        (
            ["a.json", "--source", "shp"],
            "the catalog has no source 'shp': there are shop, table, native, short; did you mean",
        ),
        (["a.json", "--source", "native"], "native has no `map`: it takes events in the"),
        (
            ["a.csv", "--source", "short"],
            "short has files.columns, files.key for the columns of its files, and no `map`: try a"
            " file with `ingest upload FILE --source short`, or write `map` instead",
        ),
        (["missing.json", "--source", "shop"], "missing.json: No such file or directory"),
        (["a.yaml", "--source", "shop"], "a.yaml: name the format with --format, or end the"),
        (["-", "--source", "shop", "--format", "jsn"], 'did you mean "json"?'),
        (["-", "--source", "shop", "--header", "a"], "--header 'a' must be a name and a value"),
        (["-", "--source", "shop", "--query", "=b"], "--query '=b' must be a name and a value"),
    ],
)
def test_wrong_usage_is_refused(ingest_map: Map, arguments: list[str], said: str) -> None:
    result = ingest_map(*arguments)

    assert result.exit_code == 2
    assert said in result.stderr
