"""What `ingest source new` writes: the entry, the sample, what it makes, and a new entity."""

from pathlib import Path
from typing import Any

import pytest
import simplejson

import entities
from entities.declared.yaml_file import read_yaml
from ingestion.cli.checkout import Checkout
from ingestion.cli.environment import load_catalog
from tests.integration.new_source.conftest import Ingest, Write, contents, new

ORDER = {"order": {"number": 7, "title": "Pump", "changed": "2026-01-31T10:00:00Z", "open": True}}


def test_all_files_of_a_draft_are_written(ingest: Ingest, checkout: Checkout, write: Write) -> None:
    write("sample.json", ORDER)
    before = contents(checkout)

    drafted = ingest(*new("--entity", "order", "--header", "X-Tenant: north"))

    assert drafted.exit_code == 0, drafted.stderr
    after = contents(checkout)
    folder = "config/samples/shop/sample"
    assert sorted(after.keys() - before.keys()) == [
        f"{folder}.expected.yaml",
        f"{folder}.headers.yaml",
        f"{folder}.json",
        "entities/order.yaml",
    ]
    assert after[f"{folder}.json"] == before["sample.json"]
    assert after[f"{folder}.headers.yaml"] == b"X-Tenant: north\n"
    assert all(name in drafted.stderr for name in after.keys() - before.keys())


def test_the_entry_follows_the_last_one_and_nothing_else_changes(
    ingest: Ingest, checkout: Checkout, write: Write
) -> None:
    write("sample.json", ORDER)
    before = checkout.catalog_file.read_text()

    ingest(*new("--entity", "order"))

    entry = checkout.catalog_file.read_text().removeprefix(before)
    assert entry == (
        "  shop:\n"
        "    path: shop\n"
        "    entities: [ORDER]\n"
        "    auth: api_key\n"
        "    map:\n"
        "      - entity: ORDER\n"
        "        id: payload.order.number\n"
        "        time: payload.order.changed\n"
        "        fields:\n"
        "          title: payload.order.title\n"
        "          changed: payload.order.changed\n"
        "          open: payload.order.open\n"
    )


def test_a_new_entity_has_the_types_of_the_values(
    ingest: Ingest, checkout: Checkout, write: Write
) -> None:
    write("sample.json", ORDER)

    ingest(*new("--entity", "order"))

    assert read_yaml(checkout.root / "entities" / "order.yaml") == {
        "description": "An item of the source shop.",
        "fields": {
            "order_id": {"type": "id"},
            "title": {"type": "text"},
            "changed": {"type": "time"},
            "open": {"type": "bool"},
        },
    }


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("s.jsonl", '{"id": 1, "n": 1}\n{"id": 2, "n": null}\n', {"id": "payload.id"}),
        ("s.json", [{"id": 1, "n": 1}, {"id": 2}], {"id": "payload.id"}),
        ("s.form", "number=7&title=Pump", {"id": "payload.number"}),
        ("s.xml", '<a id="7"><b>x</b></a>', {"id": 'payload.a."@id"'}),
        ("s.csv", "serial,n\n1,2\n2,3\n", {"id": "payload.serial"}),
        ("s.tsv", "key\tn\n1\t2\n2\t3\n", {"id": "payload.key"}),
        ("s.json", b'\xef\xbb\xbf{"id": 1, "n": 2}', {"id": "payload.id"}),
        ("s.JSON", {"id": 1, "n": 2}, {"id": "payload.id"}),
        (
            "s.json",
            {"rows": [{"id": 1, "n": 1}, {"id": 2, "n": 1}]},
            {"each": "payload.rows", "id": "item.id"},
        ),
    ],
    ids=["lines", "array", "form", "xml", "csv", "tsv", "bom", "capitals", "list"],
)
def test_every_format_makes_a_draft(
    ingest: Ingest, checkout: Checkout, write: Write, name: str, content: Any, rule: dict[str, str]
) -> None:
    write(name, content)

    drafted = ingest(*new(sample=name))
    entities.models.cache_clear()
    checked = ingest("map", "--check")

    assert (drafted.exit_code, checked.exit_code) == (0, 0), drafted.stderr + checked.output
    [written] = load_catalog(checkout).sources["shop"].map
    assert written.model_dump(include={*rule}) == rule
    assert written.fields


def test_standard_input_and_a_format_need_no_name_of_a_file(
    ingest: Ingest, checkout: Checkout
) -> None:
    drafted = ingest(*new("--format", "csv", sample="-"), stdin="id,n\n1,2\n")

    assert drafted.exit_code == 0, drafted.stderr
    assert (checkout.samples_directory / "shop" / "sample.csv").read_text() == "id,n\n1,2\n"


def test_the_encoding_and_the_delimiter_of_a_table_are_found(
    ingest: Ingest, checkout: Checkout, write: Write
) -> None:
    write("s.csv", "id;Größe\n1;2,5\n2;3,5\n".encode("cp1252"))

    drafted = ingest(*new(sample="s.csv"))
    entities.models.cache_clear()
    checked = ingest("map", "--check")

    assert (drafted.exit_code, checked.exit_code) == (0, 0), drafted.stderr + checked.output
    source = read_yaml(checkout.catalog_file)["sources"]["shop"]
    assert source["files"] == {"encoding": "cp1252", "delimiter": ";"}
    assert source["map"][0]["fields"] == {"groe": 'payload."Größe"'}
    assert "  files.encoding: 'cp1252'\n  files.delimiter: ';'\n" in drafted.stderr


def test_a_number_of_many_digits_stays_exact(
    ingest: Ingest, checkout: Checkout, write: Write
) -> None:
    digits = "1" * 60
    write("sample.json", simplejson.dumps({"id": 1, "big": int(digits)}))

    ingest(*new())

    expected = Path(checkout.samples_directory / "shop" / "sample.expected.yaml")
    assert f"big: '{digits}'" in expected.read_text()
