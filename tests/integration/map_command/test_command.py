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


def test_an_ignored_payload_ends_with_0_and_an_unmatched_one_with_4(
    ingest_map: Map, write: Write
) -> None:
    write("ping.json", {"type": "ping"})
    write("other.json", {"type": "other"})

    ignored, unmatched = (ingest_map(f"{name}.json", *SHOP) for name in ("ping", "other"))

    assert (ignored.exit_code, ignored.stderr) == (0, "1 payload, 1 ignored\n")
    assert (unmatched.exit_code, unmatched.stderr) == (4, "1 payload, 1 unmatched\n")


def test_headers_beside_the_file_are_read_and_those_of_the_command_win(
    ingest_map: Map, write: Write
) -> None:
    write("order.json", order())
    write("order.headers.yaml", "X-Tenant: south")

    beside = ingest_map("order.json", "--source", "shop", "-o", "json")
    given = ingest_map("order.json", *SHOP, "-o", "json")

    assert made(beside.stdout)[0]["items"][0]["id"] == "south/7"
    assert made(given.stdout)[0]["items"][0]["id"] == "north/7"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", [order(number=1), order(number=2)]),
        ("a.jsonl", "\n".join(json.dumps(order(number=number)) for number in (1, 2))),
        ("a.ndjson", "\n".join(json.dumps(order(number=number)) for number in (1, 2))),
    ],
)
def test_a_file_holds_several_payloads(
    ingest_map: Map, write: Write, name: str, content: Any
) -> None:
    write(name, content)

    found = made(ingest_map(name, *SHOP, "-o", "json").stdout)

    assert [payload["items"][0]["id"] for payload in found] == ["north/1", "north/2"]


@pytest.mark.parametrize(("name", "delimiter"), [("a.csv", ";"), ("a.tsv", "\t")])
def test_a_row_is_a_payload_with_texts_and_null(
    ingest_map: Map, write: Write, name: str, delimiter: str
) -> None:
    rows = [("number", "category"), ("007", "4"), ("e-2", "")]
    write(name, "\n".join(map(delimiter.join, rows)))

    result = ingest_map(name, "--source", "table", "-o", "json")

    first, second = made(result.stdout)
    assert (first["payload"], second["payload"]) == (
        {"number": "007", "category": "4"},
        {"number": "e-2", "category": None},
    )
    assert first["items"][0]["fields"] == {"equipment_id": "007", "cat_id": "4"}
    assert second["items"][0]["fields"] == {"equipment_id": "e-2"}
    ids = [payload["items"][0]["event_id"] for payload in (first, second)]
    assert [event_id.rpartition("-")[2] for event_id in ids] == ["0000000002", "0000000003"]


def test_a_form_and_xml_are_read_as_the_api_reads_them(ingest_map: Map, write: Write) -> None:
    write("a.form", "number=e-1&category=4")
    write("a.xml", "<row number='e-1'><category>4</category></row>")

    form = made(ingest_map("a.form", "--source", "table", "-o", "json").stdout)
    xml = made(ingest_map("a.xml", "--source", "table", "-o", "json").stdout)

    assert form[0]["items"][0]["fields"] == {"equipment_id": "e-1", "cat_id": "4"}
    assert xml[0]["payload"] == {"row": {"@number": "e-1", "category": "4"}}


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


def test_standard_input_is_json_or_of_the_named_format(ingest_map: Map) -> None:
    as_json = ingest_map("-", *SHOP, "-o", "json", stdin=json.dumps(order()))
    as_csv = ingest_map(
        *("-", "--source", "table", "--format", "csv", "-o", "json"), stdin="number;category\n1;2"
    )

    assert made(as_json.stdout)[0]["items"][0]["id"] == "north/7"
    assert made(as_csv.stdout)[0]["items"][0]["id"] == "1"


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
            "the catalog has no source 'shp': there are shop, table, native; did you mean",
        ),
        (["a.json", "--source", "native"], "native has no `map`: it takes events in the"),
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


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.json", "{", "a.json: "),
        ("a.xml", "<a>", "a.xml: "),
        ("a.csv", "", "a.csv: the file holds no header and no row"),
        ("a.csv", "number;category\n", "a.csv: the file holds no payload"),
        ("a.csv", "category\n1\n", "a.csv: no column for 'number': the header has 'category'"),
    ],
)
def test_a_file_that_cannot_be_read_ends_with_4(
    ingest_map: Map, write: Write, name: str, content: str, said: str
) -> None:
    write(name, content)

    result = ingest_map(name, "--source", "table")

    assert result.exit_code == 4
    assert said in result.stderr


def test_a_line_that_is_not_json_harms_only_itself(ingest_map: Map, write: Write) -> None:
    write("a.jsonl", f"{json.dumps(order())}\n{{\n")

    result = ingest_map("a.jsonl", *SHOP)

    assert result.exit_code == 4
    assert "not readable: line 2: is not JSON" in result.stdout
    assert result.stderr == "2 payloads, 2 valid, 1 not readable\n"
