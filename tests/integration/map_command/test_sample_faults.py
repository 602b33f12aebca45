"""`ingest map --check` fails for samples that fill too little or belong to nothing."""

import json
from pathlib import Path

import pytest

from ingestion.cli.checkout import Checkout
from tests.integration.map_command.conftest import HEADERS, Map, Write, delivery
from tests.integration.map_command.shop import order
from tests.support.factories import Json

SHOP = ("--source", "shop")
TABLE = ("--source", "table")


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        pytest.param(
            {"order": order(title=None, deliveries=[delivery()])},
            [
                "shop: rule 1 (CONTRACT) makes no valid event in any sample (contract_name: is",
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

    result = ingest_map("--check")

    assert result.exit_code == 4
    assert said in result.stderr


@pytest.mark.usefixtures("sample")
def test_the_folder_of_another_source_hides_no_sample_of_the_named_source(
    ingest_map: Map, write: Write
) -> None:
    write("config/samples/removed/order.json", "{")

    recorded = ingest_map("--record", *SHOP)
    checked = ingest_map("--check", *SHOP)

    assert (recorded.exit_code, checked.exit_code) == (0, 0), checked.stderr


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
