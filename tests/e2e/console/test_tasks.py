"""What an operator does at night, in a real browser: each in at most three clicks."""

import json

import pytest

from ingestion.cli.environment import Deployment
from tests.e2e.commands import ingest_here
from tests.e2e.conftest import Checkout
from tests.e2e.console.person import Person
from tests.e2e.console.seed import OTHER_REASON, Seed
from tests.e2e.platform import in_index
from tests.support.browser.accessibility import find_barriers
from tests.support.browser.waiting import wait_for

MAX_CLICKS = 3


def test_why_an_event_is_not_stored(person: Person, seed: Seed) -> None:
    person.click("Trace", within="header")
    person.type("id", seed.dead_letter)
    person.click("Trace", within="main")

    assert person.sees("invalid_entity")
    assert person.clicks <= MAX_CLICKS


@pytest.mark.usefixtures("seed")
def test_a_half_bad_file_and_its_rows(person: Person) -> None:
    person.click("Files", within="header")
    person.click("half-bad.csv")
    person.click("All rejected rows")

    assert person.sees("contract_type")
    assert person.sees("row-2")
    assert person.clicks <= MAX_CLICKS


@pytest.mark.usefixtures("seed")
def test_a_document_is_found_by_a_word(
    person: Person, checkout: Checkout, deployment: Deployment
) -> None:
    deployment.client("s3").put_object(
        Bucket=deployment.bucket_name, Key="uploads/console.txt", Body=b"a manual of hydrophones"
    )
    search = ("search", "hydrophones")
    wait_for(lambda: "console.txt" in ingest_here(checkout, *search).stdout)

    person.click("Search", within="header")
    person.type("q", "hydrophones")
    person.click("Search", within="main")

    assert person.sees("DOCUMENT console.txt")
    assert person.clicks <= MAX_CLICKS


def test_a_source_is_paused_and_resumed(person: Person, checkout: Checkout) -> None:
    person.click("sourceC")
    person.click("Pause")
    person.click("Pause sourceC")
    assert person.sees("sourceC is paused")
    assert find_barriers(person.chrome) == []
    assert person.clicks <= MAX_CLICKS
    wait_for(lambda: "paused" in ingest_here(checkout, "status", "--source", "sourceC").stdout)

    person.chrome.get(person.origin)
    person.click("Resume")
    person.click("Resume sourceC")
    wait_for(lambda: "paused" not in ingest_here(checkout, "status", "--source", "sourceC").stdout)


def test_a_mapping_is_changed_in_the_checkout_only(person: Person, checkout: Checkout) -> None:
    file = checkout.directory / "config" / "sources.yaml"
    before = file.read_text()

    person.click("sourceA")
    person.click("Edit the entry")
    person.field("text").send_keys("    # A comment of the night.\n")
    person.click("Save")

    assert person.sees("make plan")
    assert person.clicks <= MAX_CLICKS
    after = file.read_text()
    file.write_text(before)
    assert [line for line in after.splitlines() if line not in before.splitlines()] == [
        "    # A comment of the night."
    ]


def test_a_file_that_changed_after_the_page_was_opened_is_not_overwritten(
    person: Person, checkout: Checkout
) -> None:
    file = checkout.directory / "config" / "sources.yaml"
    before = file.read_text()

    person.click("sourceA")
    person.click("Edit the entry")
    person.field("text").send_keys("    # A comment of the night.\n")
    file.write_text(f"{before}# A comment of the day.\n")
    person.click("Save")
    refused = person.sees("Nothing was saved")
    barriers = find_barriers(person.chrome)
    after = file.read_text()
    file.write_text(before)

    assert refused
    assert barriers == []
    assert after == f"{before}# A comment of the day.\n"


def test_alike_dead_letters_are_repaired_together_among_those_of_other_reasons(
    person: Person, seed: Seed, deployment: Deployment, checkout: Checkout
) -> None:
    person.click("See the dead letters")
    assert person.sees("unknown_entity")
    person.type("value", "works")
    person.click("Show what changes")
    person.click("Edit and redrive")

    assert person.clicks <= MAX_CLICKS
    assert person.sees("Edited and redrove 4 dead letters.")
    wait_for(lambda: f"CONTRACT#{seed.dead_letter}" in in_index(deployment, "CONTRACT"))
    left = json.loads(ingest_here(checkout, "dlq", "list", "-o", "json").stdout)["letters"]
    assert [each["event_id"] for each in left if each["queue"] == "sourceB"] == [OTHER_REASON]
