"""The file of a drafted entity names its schema, and types follow what the platform reads."""

from entities.declared.yaml_file import read_yaml
from infra.tools.paths import ROOT
from ingestion.cli.checkout import Checkout
from tests.integration.new_source.conftest import Ingest, Write, new


def test_an_editor_finds_the_schema_of_a_drafted_entity(
    ingest: Ingest, checkout: Checkout, write: Write
) -> None:
    write("sample.json", {"id": 7, "title": "Pump"})

    drafted = ingest(*new("--entity", "order"))

    assert drafted.exit_code == 0, drafted.stderr
    file = checkout.root / "entities" / "order.yaml"
    first_line, _, _ = file.read_text().partition("\n")
    name = first_line.removeprefix("# yaml-language-server: $schema=")
    assert (ROOT / "entities" / name).samefile(ROOT / "config" / "entities.schema.json")


def test_booleans_of_a_sheet_are_booleans(ingest: Ingest, checkout: Checkout, write: Write) -> None:
    write("sample.csv", "id,is_open,mood\n1,TRUE,True\n2,FALSE,yes\n")

    drafted = ingest(*new("--entity", "order", sample="sample.csv"))

    assert drafted.exit_code == 0, drafted.stderr
    fields = read_yaml(checkout.root / "entities" / "order.yaml")["fields"]
    assert (fields["is_open"], fields["mood"]) == ({"type": "bool"}, {"type": "text"})
    expected = (checkout.samples_directory / "shop" / "sample.expected.yaml").read_text()
    assert "is_open: true" in expected
    assert "is_open: false" in expected
