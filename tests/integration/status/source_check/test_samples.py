"""`ingest source check` tests the samples of a source, and lists what no rule reads in them."""

import json
from pathlib import Path

import pytest

from ingestion.cli.checkout import Checkout
from tests.integration.conftest import Ingest, See
from tests.integration.map_command.shop import CATALOG, order
from tests.integration.status.source_check.conftest import Check, Deploy, finding, problems


@pytest.fixture(autouse=True)
def _shop(deploy: Deploy, checkout: Checkout) -> None:
    deploy()
    checkout.catalog_file.write_text(CATALOG)


@pytest.fixture
def folder(checkout: Checkout) -> Path:
    """Return the folder of a sample of the shop that is recorded."""
    folder = checkout.samples_directory / "shop"
    folder.mkdir(parents=True)
    (folder / "order.headers.yaml").write_text("X-Tenant: north\n")
    delivery = {"id": "m-1", "text": "Tower", "title": "T", "day": "2026-02-01"}
    payload = order(deliveries=[delivery]) | {"extra": {"colour": "red"}}
    (folder / "order.json").write_text(json.dumps(payload))
    return folder


@pytest.fixture
def recorded(folder: Path, run: Ingest) -> Path:
    assert run("map", "--record", "--source", "shop").exit_code == 0
    return folder


@pytest.mark.usefixtures("recorded")
def test_samples_that_pass_are_counted_with_their_coverage(check: Check, run: Ingest) -> None:
    shown = check("shop")
    text = run("source", "check", "shop").stdout

    coverage = shown["coverage"]
    assert shown["samples"] == {"samples": 1, "events": 2, "faults": []}
    assert "extra.colour" in coverage["unread"]
    assert coverage["read"] == coverage["paths"] - len(coverage["unread"])
    assert coverage["share"] == coverage["read"] / coverage["paths"]
    assert problems(shown) == [("entry", "not_deployed")]
    assert "  1 sample makes 2 events: as expected.\n" in text
    assert "  No rule reads:\n    extra.colour\n" in text


def test_a_sample_that_differs_is_a_finding(check: Check, recorded: Path) -> None:
    file = recorded / "order.expected.yaml"
    file.write_text(file.read_text().replace("Turbines", "Turbine"))

    shown = check("shop")

    found = finding(shown, "sample_fails")
    assert found["text"].startswith("config/samples/shop/order.json: payload 0: rule 1 (CONTRACT)")
    assert found["command"] == "ingest map --check --source shop"


def test_many_faults_are_counted_behind_the_first(check: Check, recorded: Path) -> None:
    for number in range(7):
        copy = recorded / f"copy{number}.json"
        copy.write_bytes((recorded / "order.json").read_bytes())

    shown = check("shop")

    texts = [each["text"] for each in shown["findings"] if each["problem"] == "sample_fails"]
    assert len(shown["samples"]["faults"]) == 7
    assert len(texts) == 5
    assert texts[-1].endswith(" There are 2 more faults.")


def test_a_source_without_a_sample_learns_where_to_put_one(check: Check) -> None:
    shown = check("shop")

    found = finding(shown, "no_samples")
    assert "save a payload as config/samples/shop/<name>.json" in found["text"]
    assert found["command"] == "ingest map --record --source shop"
    assert shown["coverage"] is None


def test_samples_that_cannot_be_read_are_a_finding(check: Check, folder: Path) -> None:
    (folder / "order.doc").write_text("")

    shown = check("shop")

    text = finding(shown, "samples_unreadable")["text"]
    assert text.startswith("config/samples/shop/order.doc: the name of a sample ends in .json")
    assert shown["samples"] is None


@pytest.mark.usefixtures("recorded")
def test_the_folder_of_another_source_that_was_removed_hides_no_sample(
    check: Check, checkout: Checkout
) -> None:
    (checkout.samples_directory / "removed").mkdir()

    assert check("shop")["samples"] == {"samples": 1, "events": 2, "faults": []}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("native", "The source takes the platform's own format, which needs no sample.\n"),
        ("short", "Files are read by files.columns, files.key: `ingest upload FILE"),
    ],
)
def test_a_source_without_rules_needs_no_sample(run: Ingest, source: str, text: str) -> None:
    result = run("source", "check", source)

    assert text in result.stdout
    assert "`ingest schema EQUIPMENT` prints what" in result.stdout
    assert "COVERAGE" not in result.stdout


@pytest.mark.usefixtures("recorded")
def test_a_terminal_of_80_columns_wraps_all_but_commands(see: See) -> None:
    shown = see("source", "check", "shop", columns=80)

    texts = [line for line in shown.lines if not line.startswith("  Next: ")]
    assert shown.exit_code == 4
    assert max(map(len, texts)) <= 80
    assert "  Next: make up" in shown.text
    assert [line for line in texts if line.isupper()] == [
        *("ENTRY", "CREDENTIAL", "SAMPLES", "COVERAGE"),
    ]
