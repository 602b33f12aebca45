"""The payloads of the shipped examples make drafts that pass their own tests."""

import re

import pytest

import entities
from infra.tools.paths import ROOT
from ingestion.cli.checkout import Checkout
from ingestion.cli.environment import load_catalog
from tests.integration.new_source.conftest import Ingest

SAMPLES = {
    f"{file.parts[-3]}-{file.stem}": file
    for file in sorted(ROOT.glob("config/examples/*/samples/*"))
    if file.suffix in (".json", ".form", ".csv")
}
# The guess of the id, or the id that a person must name.
IDS = {
    "github-issues": "",
    "github-ping": "payload.hook_id",
    "github-push": "",
    "measurement-csv-measurements": "",
    "ocds-contract": "item.id",
    "ocds-tender": "item.id",
    "sap-idoc-order": "",
    "sensor-reading": "payload.deviceId",
    "slack-challenge": "",
    "slack-message": "payload.event_id",
    "slack-slash-command": "",
    "stripe-invoice-item": "payload.data.object.id",
}


def test_every_shipped_payload_is_tried() -> None:
    assert sorted(SAMPLES) == sorted(IDS)


@pytest.mark.parametrize("name", [name for name in IDS if IDS[name]])
def test_the_draft_of_a_shipped_payload_passes_its_test(
    ingest: Ingest, checkout: Checkout, name: str
) -> None:
    drafted = ingest("source", "new", "drafted", "--sample", str(SAMPLES[name]))
    entities.models.cache_clear()
    checked = ingest("map", "--check")

    assert (drafted.exit_code, checked.exit_code) == (0, 0), drafted.stderr + checked.output
    [rule] = load_catalog(checkout).sources["drafted"].map
    assert rule.id == IDS[name]
    assert rule.fields
    assert checked.stdout.splitlines()[-1].split()[-2:] == ["as", "expected"]


@pytest.mark.parametrize("name", [name for name in IDS if not IDS[name]])
def test_a_payload_without_an_id_needs_one(ingest: Ingest, name: str) -> None:
    drafted = ingest("source", "new", "drafted", "--sample", str(SAMPLES[name]))

    assert drafted.exit_code == 2
    assert re.search("pass (--id EXPRESSION|one of --id payload)", drafted.stderr)
    assert drafted.stderr.endswith("Nothing was written.\n")


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("github-issues", "payload.issue.id"),
        ("github-push", "payload.head_commit.id"),
        ("sap-idoc-order", "payload.ORDERS05.IDOC.EDI_DC40.DOCNUM"),
        ("slack-slash-command", "payload.trigger_id"),
    ],
)
def test_one_of_several_ids_makes_a_draft(
    ingest: Ingest, checkout: Checkout, name: str, given: str
) -> None:
    refused = ingest("source", "new", "drafted", "--sample", str(SAMPLES[name]))
    drafted = ingest("source", "new", "drafted", "--sample", str(SAMPLES[name]), "--id", given)
    entities.models.cache_clear()
    checked = ingest("map", "--check")

    assert f"--id {given} (" in refused.stderr
    assert (drafted.exit_code, checked.exit_code) == (0, 0), drafted.stderr + checked.output
    assert load_catalog(checkout).sources["drafted"].map[0].id == given


def test_parts_of_an_id_are_repeated_options(ingest: Ingest, checkout: Checkout) -> None:
    sample = SAMPLES["measurement-csv-measurements"]
    first = sample.read_text().splitlines()[0].split(",")
    columns = [f'payload."{column}"' for column in first[:3]]
    ids = [word for column in columns for word in ("--id", column)]

    drafted = ingest("source", "new", "drafted", "--sample", str(sample), *ids)

    assert drafted.exit_code == 0, drafted.stderr
    entities.models.cache_clear()
    assert load_catalog(checkout).sources["drafted"].map[0].id == columns
