"""Samples are tests without code: `ingest map --record` writes them, `--check` compares."""

import json
from pathlib import Path

import pytest

from entities.declared.yaml_file import parse_yaml
from tests.integration.map_command.conftest import HEADERS, Map, Write
from tests.integration.map_command.shop import order

SHOP = ("--source", "shop")
TABLE = ("--source", "table")


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
    sample.write_text(sample.read_text().replace(document["received_at"], early, 1))

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
