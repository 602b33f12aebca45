"""`ingest dlq edit` changes the event of a dead letter."""

import json

from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.examples import dead_letter, ids, leases, listed, work_off
from tests.support.factories import contract

# The worker dead-letters this contract, because its type does not exist.
LEASE = contract(contract_type="lease")


def test_an_edit_sets_text_and_json_and_removes_fields(cloud: Cloud, ingest: Ingest) -> None:
    dead_letter(cloud, {"id": "e-1", "data": LEASE | {"colour": "red"}})
    changes = ["--set", "data.contract_type=works", "--set", 'data.contract_name:="5 \\u20ac"']

    result = ingest("edit", "e-1", *changes, "--unset", "data.colour")

    assert result.exit_code == 0, result.output
    message = " ".join(result.stderr.split())
    assert 'e-1: data.contract_type: "lease" → "works"' in message
    assert 'data.colour: "[hidden]" → null' in message
    assert "Saved 1 dead letter, which may be redriven now: ingest dlq redrive --id" in message
    ingest("redrive")
    work_off(cloud)
    assert cloud.rows()["CONTRACT#c-1"]["contract_name"] == "5 €"


def test_an_edit_prints_what_would_still_fail(cloud: Cloud, ingest: Ingest) -> None:
    dead_letter(cloud, *leases("c-1"))

    result = ingest("edit", "c-1", "--set", "data.contract_type:=5")

    assert result.exit_code == 4
    assert "would still fail: invalid_entity: data.contract_type" in " ".join(result.stderr.split())
    assert result.stderr.endswith("Saved 1 dead letter.\n")
    assert ids(listed(ingest)) == ["c-1"]


def test_a_message_that_is_not_a_json_object_cannot_be_edited(cloud: Cloud, ingest: Ingest) -> None:
    dead_letter(cloud, "no event")
    [entry] = listed(ingest)["letters"]

    result = ingest("edit", entry["message_id"], "--set", "id=1")

    assert result.exit_code == 2
    assert len(cloud.dead_letters()) == 1
    assert "drop it and send the event again" in result.stderr


def test_an_edit_keeps_the_message_id_and_the_history(cloud: Cloud, ingest: Ingest) -> None:
    dead_letter(cloud, *leases("c-1"))
    [entry] = listed(ingest)["letters"]

    ingest("edit", "c-1", "--set", "id:=5")
    edited = ingest("edit", entry["message_id"], "--set", "id=c-1\uffff")

    assert edited.exit_code == 4, edited.output
    shown = json.loads(ingest("show", entry["message_id"], "-o", "json").stdout)
    assert [line["changed"] for line in shown["history"]] == [["id"], ["id"]]
    assert shown["event"]["id"] == "c-1\uffff"
