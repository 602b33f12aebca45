"""Samples are tests without code: `ingest map --record` writes them, `--check` compares."""

import json
from pathlib import Path
from typing import Any

import pytest

from ingestion.cli.checkout import Checkout
from ingestion.cli.yaml_file import parse_yaml
from tests.integration.map_command.conftest import Map, Write
from tests.integration.map_command.shop import order
from tests.support.factories import Json

HEADERS = "X-Tenant: north\n"
SHOP = ("--source", "shop")
TABLE = ("--source", "table")


@pytest.fixture
def sample(write: Write) -> Path:
    """Return the expected file of a sample of the shop, which is not recorded yet."""
    write("config/samples/shop/order.headers.yaml", HEADERS)
    file = write("config/samples/shop/order.json", order(deliveries=[delivery()]))
    return file.with_name("order.expected.yaml")


def delivery(**changes: Any) -> Json:
    """Return a delivery whose fields are all filled."""
    return {"id": "m-1", "text": "Tower", "title": "T", "day": "2026-02-01"} | changes


def test_a_recorded_sample_is_readable_and_passes(ingest_map: Map, sample: Path) -> None:
    recorded = ingest_map("--record", *SHOP)
    checked = ingest_map("--check", *SHOP)

    assert recorded.stderr == "config/samples/shop/order.expected.yaml: new, 2 events\n"
    assert (recorded.exit_code, checked.exit_code) == (0, 0)
    assert [line.split() for line in checked.stdout.splitlines()][-1] == [
        *("shop", "1", "2", "as", "expected")
    ]
    text = sample.read_text()
    document = parse_yaml(text)
    contract, milestone = document["payloads"][0]["events"]
    assert milestone.pop("event_id") != contract.pop("event_id")
    assert contract == {
        "rule": 1,
        "item": 0,
        "entity": "CONTRACT",
        "id": "north/7",
        "time": "2026-01-31T11:00:00.000000Z",
        "fields": {
            "contract_name": "Turbines",
            "contract_type": "goods",
            "contract_status": "active",
        },
    }
    assert document["received_at"][:-1] <= milestone["time"][:-1]
    assert "      contract_name: Turbines\n" in text


def test_recording_again_changes_nothing(ingest_map: Map, sample: Path) -> None:
    ingest_map("--record", *SHOP)
    before = sample.read_bytes()

    again = ingest_map("--record", *SHOP)

    assert again.stderr == "config/samples/shop/order.expected.yaml: unchanged\n"
    assert sample.read_bytes() == before


def test_a_sample_that_differs_fails_with_event_and_field(ingest_map: Map, sample: Path) -> None:
    ingest_map("--record", *SHOP)
    sample.write_text(sample.read_text().replace("Turbines", "Turbine"))

    result = ingest_map("--check", "-o", "json", *SHOP)

    fault = (
        "config/samples/shop/order.json: payload 0: rule 1 (CONTRACT), item 0: contract_name:"
        ' expected "Turbine", found "Turbines"'
    )
    assert result.exit_code == 4
    assert result.stderr == f"{fault}\n"
    assert json.loads(result.stdout) == [
        {"source": "shop", "samples": 1, "events": 2, "faults": [fault]}
    ]


def test_record_shows_what_it_changes_and_keeps_the_time(ingest_map: Map, sample: Path) -> None:
    ingest_map("--record", *SHOP)
    old = sample.read_text()
    received_at = parse_yaml(old)["received_at"]
    sample.write_text(old.replace("Turbines", "Turbine"))

    result = ingest_map("--record", *SHOP)

    assert result.exit_code == 0
    assert "order.expected.yaml: changed, 2 events" in result.stderr
    assert 'contract_name: expected "Turbine", found "Turbines"' in result.stderr
    assert sample.read_text() == old
    assert parse_yaml(sample.read_text())["received_at"] == received_at


def test_a_sample_counts_as_received_at_the_time_in_its_expected_file(
    ingest_map: Map, sample: Path
) -> None:
    ingest_map("--record", *SHOP)
    document = parse_yaml(sample.read_text())
    milestone = document["payloads"][0]["events"][1]
    early = "2020-01-31T12:00:00.000000Z"
    sample.write_text(sample.read_text().replace(document["received_at"], early))

    result = ingest_map("--check", *SHOP)

    assert f'time: expected "{milestone["time"]}", found "2020-01-31T12:00:00' in result.stderr
    assert "is 2026-01-31T11:00:00.000000Z: must be 2020-01-31T12:05:00" in result.stderr


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("row.csv", "number;category\n007;4\ne-2;5\n"),
        ("form.form", "number=007&category=4"),
        ("lines.jsonl", '{"number": "007", "category": "4"}\n'),
    ],
)
def test_a_sample_has_any_format(ingest_map: Map, write: Write, name: str, content: str) -> None:
    write(f"config/samples/table/{name}", content)

    recorded = ingest_map("--record", *TABLE)
    checked = ingest_map("--check", *TABLE)

    assert ": new, " in recorded.stderr
    assert checked.exit_code == 0, checked.stderr
    expected = (write("x", "").parent / "config/samples/table").glob("*.expected.yaml")
    assert "id: 007\n" in next(expected).read_text()


def test_ignored_unmatched_and_refused_payloads_are_recorded_too(
    ingest_map: Map, sample: Path, write: Write
) -> None:
    payloads = [{"type": "ping"}, {"type": "x"}, order(state="lost", deliveries=[])]
    write("config/samples/shop/others.json", payloads)
    write("config/samples/shop/others.headers.yaml", HEADERS)

    recorded = ingest_map("--record", *SHOP)
    checked = ingest_map("--check", *SHOP)

    others = parse_yaml(sample.with_name("others.expected.yaml").read_text())["payloads"]
    assert others[:2] == [{"ignored": True}, {"unmatched": True}]
    [refused] = others[2]["refused"]
    assert (refused["rule"], refused["entity"]) == (1, "CONTRACT")
    assert "contract_status: has no entry in translate" in refused["errors"][0]
    assert "payload 1: is unmatched" in recorded.stderr
    assert "payload 2: rule 1 (CONTRACT), item 0: " in recorded.stderr
    assert checked.exit_code == 0, checked.stderr


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        pytest.param(
            {"order": order(title=None, deliveries=[delivery()])},
            [
                "shop: rule 1 (CONTRACT) makes no valid event in any sample (contract_name: Field",
                "shop: rule 1 (CONTRACT), contract_name: `payload.order.title` is null in every",
                "shop: rule 1 (CONTRACT): the required field contract_name has no value in any",
            ],
            id="a required field",
        ),
        pytest.param(
            {"order": order(deliveries=[delivery(day=None)])},
            [
                "shop: rule 2 (MILESTONE), end_date: `item.day` is null in every sample: correct"
                " it, add a sample that has it, or write a form with `optional: true`"
            ],
            id="an expression",
        ),
        pytest.param(
            {"order": order(deliveries=[delivery(text=None, title=None)])},
            [],
            id="an optional form",
        ),
        pytest.param(
            {"order": order(deliveries=[])},
            [
                "shop: rule 2 (MILESTONE) makes no valid event in any sample (no sample has an"
                " item for it): add a sample of one, or mark the rule `optional: true`"
            ],
            id="a rule",
        ),
        pytest.param(
            {
                "order": order(deliveries=[delivery(day=None)]),
                "other": order(number=8, deliveries=[delivery(id="m-2")]),
            },
            [],
            id="another sample has it",
        ),
    ],
)
@pytest.mark.usefixtures("sample")
def test_what_no_sample_fills_fails(
    ingest_map: Map, write: Write, changes: dict[str, Json], faults: list[str]
) -> None:
    for name, payload in changes.items():
        write(f"config/samples/shop/{name}.json", payload)
        write(f"config/samples/shop/{name}.headers.yaml", HEADERS)
    ingest_map("--record", *SHOP)

    result = ingest_map("--check", "-o", "json", *SHOP)

    [row] = json.loads(result.stdout)
    assert result.exit_code == (4 if faults else 0)
    assert len(row["faults"]) == len(faults)
    for found, beginning in zip(row["faults"], faults, strict=True):
        assert found.startswith(beginning)


@pytest.mark.usefixtures("sample")
def test_an_optional_rule_may_make_no_event(
    ingest_map: Map, write: Write, mapped_checkout: Checkout
) -> None:
    file = mapped_checkout.catalog_file
    rule = "- entity: MILESTONE\n"
    file.write_text(file.read_text().replace(rule, f"{rule}        optional: true\n"))
    write("config/samples/shop/order.json", order(deliveries=[]))
    ingest_map("--record", *SHOP)

    result = ingest_map("--check", *SHOP)

    assert result.exit_code == 0, result.stderr


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("shp/order.json", "no mapped source 'shp': there are shop, table; did you mean \"shop\"?"),
        ("native/order.json", "no mapped source 'native': there are shop, table"),
        ("shop/oder.expected.yaml", "no sample 'oder' beside it, such as oder.json; did you"),
        ("shop/bad.json", "config/samples/shop/bad.json: not JSON"),
    ],
)
@pytest.mark.usefixtures("sample")
def test_files_that_belong_to_nothing_fail(
    ingest_map: Map, write: Write, name: str, said: str
) -> None:
    write(f"config/samples/{name}", "{")

    result = ingest_map("--check", *SHOP)

    assert result.exit_code == 4
    assert said in result.stderr


@pytest.mark.usefixtures("sample")
def test_a_mapped_source_without_samples_fails(ingest_map: Map) -> None:
    ingest_map("--record", *SHOP)

    result = ingest_map("--check")

    assert result.exit_code == 4
    assert result.stderr == (
        "table has no sample: save a payload as config/samples/table/<name>.json\n"
    )


def test_a_sample_without_its_expected_file_fails(ingest_map: Map, sample: Path) -> None:
    result = ingest_map("--check", *SHOP)

    assert result.exit_code == 4
    assert result.stderr.startswith(
        "config/samples/shop/order.json: order.expected.yaml is missing: run"
        " `ingest map --record --source shop`\n"
    )
    assert not sample.exists()


def test_without_a_mapped_source_there_is_nothing_to_test(
    ingest_map: Map, mapped_checkout: Checkout
) -> None:
    catalog = "sources:\n  a: {path: a, entities: [EQUIPMENT], auth: api_key}\n"
    mapped_checkout.catalog_file.write_text(catalog)

    result = ingest_map("--check")

    assert result.exit_code == 0
    assert result.stderr.startswith("No source of the catalog has `map`")
