"""`ingest check references` finds references to missing entities."""

import pytest

from tests.integration.cloud import Cloud
from tests.integration.commands.output import document
from tests.integration.conftest import Ingest
from tests.integration.queries.related import store_equipment
from tests.support.factories import contract, event, milestone


def test_check_references_lists_what_is_missing_and_exits_with_4(site: Cloud, run: Ingest) -> None:
    assert site
    result = run("check", "references", "-o", "json")

    assert result.exit_code == 4
    report = document(result)
    names = ["entity_name", "id", "field", "missing_entity_name", "missing_id"]
    assert [[item[name] for name in names] for item in report["dangling"]] == [
        ["EQUIPMENT", "e-2", "current_milestone_id", "MILESTONE", "m-1"],
        ["EQUIPMENT", "e-3", "contract_id", "CONTRACT", "c-9"],
        ["EQUIPMENT", "e-3", "parent_equipment_id", "EQUIPMENT", "e-9"],
    ]
    assert [
        (item["entity_name"], item["field"], item["references"], item["dangling"])
        for item in report["counts"]
    ] == [
        ("EQUIPMENT", "contract_id", 3, 1),
        ("EQUIPMENT", "current_milestone_id", 1, 1),
        ("EQUIPMENT", "parent_equipment_id", 2, 1),
        ("MILESTONE", "contract_id", 0, 0),
    ]


def test_check_references_lists_up_to_the_limit(site: Cloud, run: Ingest) -> None:
    assert site
    result = run("check", "references", "--limit", "1")

    assert result.exit_code == 4
    assert "m-1" in result.stdout
    assert "c-9" not in result.stdout
    assert "and 2 more" in result.stderr


@pytest.mark.parametrize("output", ["table", "json"])
def test_check_references_finds_nothing_when_every_reference_resolves(
    cloud: Cloud, run: Ingest, output: str
) -> None:
    cloud.store(
        event(contract("c-1")),
        event(milestone("m-1"), source="sourceC", entity_name="MILESTONE"),
    )
    for number in range(130):
        store_equipment(cloud, f"e-{number}", contract_id="c-1", current_milestone_id="m-1")

    result = run("check", "references", "-o", output)

    assert result.exit_code == 0, result.stderr
    assert "130" in result.stdout


def test_check_references_lists_references_to_a_deleted_entity(site: Cloud, run: Ingest) -> None:
    gone = event(
        {"equipment_id": "e-1"},
        entity_name="EQUIPMENT",
        operation="delete",
        source="sourceA",
        time="2026-01-31T12:05:00Z",
    )
    site.store(gone)

    report = document(run("check", "references", "-o", "json"))

    assert ["e-2", "parent_equipment_id", "e-1"] in [
        [item["id"], item["field"], item["missing_id"]] for item in report["dangling"]
    ]
