"""The options of `ingest source new` replace its guesses, and say who may send."""

from typing import Any

import pytest

from entities.declared.yaml_file import read_yaml
from ingestion.cli.checkout import Checkout
from ingestion.cli.environment import load_catalog
from tests.integration.new_source.conftest import Ingest, Write, new

ORDER = {"order": {"number": 7, "title": "Pump", "changed": "2026-01-31T10:00:00Z"}}
CONTRACT = {"id": "c-1", "name": "Turbines", "type": "goods", "status": "active"}


def test_an_entity_that_exists_is_filled_by_names(
    ingest: Ingest, checkout: Checkout, write: Write
) -> None:
    write("sample.json", {"contract": CONTRACT})

    drafted = ingest(*new("--entity", "CONTRACT"))

    assert drafted.exit_code == 0, drafted.stderr
    [rule] = load_catalog(checkout).sources["shop"].map
    assert rule.fields == {
        "contract_name": "payload.contract.name",
        "contract_type": "payload.contract.type",
        "contract_status": "payload.contract.status",
    }
    assert not list(checkout.root.glob("entities/*"))


@pytest.mark.parametrize(
    ("field", "value", "form"),
    [
        ("end_date", "2026-01-31T10:00:00Z", {"value": "payload.end_date", "date": "iso"}),
        ("end_date", 1780000000, {"value": "payload.end_date", "date": "epoch_s"}),
        ("description", 7, {"value": "payload.description", "text": True}),
    ],
)
def test_a_form_makes_a_value_that_the_field_accepts(
    ingest: Ingest, checkout: Checkout, write: Write, field: str, value: Any, form: dict[str, Any]
) -> None:
    write("sample.json", {"id": "m-1", "contract_id": "c-1", "description": "Tower", field: value})

    drafted = ingest(*new("--entity", "MILESTONE"))

    assert drafted.exit_code == 0, drafted.stderr
    [rule] = read_yaml(checkout.catalog_file)["sources"]["shop"]["map"]
    assert rule["fields"][field] == form


def test_options_replace_the_guesses(ingest: Ingest, checkout: Checkout, write: Write) -> None:
    write("sample.json", {"id": "e", "rows": [{"n": 1, "at": "31.01.2026"}], **CONTRACT})
    given = {
        "contract_name": "item.title || payload.name",
        "contract_type": "'works'",
        "contract_status": "payload.status",
    }
    fields = [word for name, text in given.items() for word in ("--field", f"{name}={text}")]
    rule = (
        "--each",
        "payload.rows",
        "--id",
        "payload.id",
        "--id",
        "item.n",
        "--time",
        "received_at",
    )

    drafted = ingest(*new("--entity", "CONTRACT", "--path", "orders", *rule, *fields))

    assert drafted.exit_code == 0, drafted.stderr
    entry = read_yaml(checkout.catalog_file)["sources"]["shop"]
    assert entry["path"] == "orders"
    assert entry["map"] == [
        {
            "entity": "CONTRACT",
            "each": "payload.rows",
            "id": ["payload.id", "item.n"],
            "fields": {**given, "contract_type": {"const": "works"}},
        }
    ]


@pytest.mark.parametrize(
    ("options", "entry"),
    [
        ((), {"auth": "api_key"}),
        (("--auth", "bearer"), {"auth": "bearer"}),
        (("--auth", "hmac"), {"auth": "hmac", "on_invalid": "quarantine"}),
        (
            ("--signature", "github"),
            {"auth": "hmac", "signature": "github", "on_invalid": "quarantine"},
        ),
        (
            ("--signature", "stripe", "--on-invalid", "refuse"),
            {"auth": "hmac", "signature": "stripe", "on_invalid": "refuse"},
        ),
    ],
)
def test_the_sender_is_as_the_options_say(
    ingest: Ingest,
    checkout: Checkout,
    write: Write,
    options: tuple[str, ...],
    entry: dict[str, str],
) -> None:
    write("sample.json", ORDER)

    drafted = ingest(*new(*options))

    assert drafted.exit_code == 0, drafted.stderr
    written = read_yaml(checkout.catalog_file)["sources"]["shop"]
    keys = ("auth", "signature", "on_invalid")
    assert {key: written[key] for key in keys if key in written} == entry


def test_a_signature_that_is_no_preset_is_refused_with_the_next_step(
    ingest: Ingest, write: Write
) -> None:
    write("sample.json", ORDER)

    refused = ingest(*new("--signature", "{header: X-Signature}"))

    assert refused.exit_code == 2
    assert "no preset '{header: X-Signature}': there are standard, svix, github" in refused.stderr
    assert "draft with --auth hmac, then write `signature`" in refused.stderr


def test_a_local_time_gets_a_zone_and_a_note(
    ingest: Ingest, checkout: Checkout, write: Write
) -> None:
    write("sample.json", {"id": 1, "day": "2026-01-31T10:00:00"})

    drafted = ingest(*new("--time", "payload.day"))

    assert "zone: the times have no offset, and UTC is assumed" in drafted.stderr
    [rule] = read_yaml(checkout.catalog_file)["sources"]["shop"]["map"]
    assert rule["time"] == {"value": "payload.day", "format": "iso", "zone": "UTC"}


def test_a_list_in_a_list_takes_two_steps(ingest: Ingest, checkout: Checkout, write: Write) -> None:
    write("sample.json", {"at": "x", "orders": [{"id": 1, "lines": [{"no": 1}, {"no": 2}]}]})
    rule = (
        "--each",
        "payload.orders",
        "--each",
        "item.lines",
        "--id",
        "parent.id",
        "--id",
        "item.no",
    )

    drafted = ingest(*new(*rule))

    assert drafted.exit_code == 0, drafted.stderr
    assert "The sample makes 2 events." in drafted.stderr
    [written] = read_yaml(checkout.catalog_file)["sources"]["shop"]["map"]
    assert written["each"] == ["payload.orders", "item.lines"]
    assert written["id"] == ["parent.id", "item.no"]
