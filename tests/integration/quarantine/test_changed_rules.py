"""Corrected values replace what the old rules stored, whatever the rules read then and now."""

import json
from typing import Any

import pytest

from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.examples import listed, work_off
from tests.integration.quarantine.conftest import RULE, item, kept, payload, set_rules
from tests.support.factories import Json
from tests.support.invocations import request

NAMES = [f"c-{number}" for number in range(8)]
BAD = item("c-9", type="lease")
LEASE = {"contract_type": {"value": "item.type", "translate": {"goods": "goods", "lease": "works"}}}
UNTIMED = {key: value for key, value in RULE.items() if key != "time"}


def rule(base: Json = RULE, **changes: Any) -> Json:
    """Return a rule with other fields."""
    return base | {"fields": RULE["fields"] | changes}


def names_in(cloud: Cloud) -> dict[str, Any]:
    return {row["contract_id"]: row["contract_name"] for row in cloud.rows().values()}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param('item.other || headers."x-name"', "item.name", id="headers no more"),
        pytest.param("item.other || query.name", "item.name", id="the query no more"),
        pytest.param("received_at", "item.name", id="the receipt no more"),
        pytest.param("item.other || 'old'", 'headers."x-github-event"', id="headers from now on"),
    ],
)
def test_corrected_values_win_whatever_the_rules_read(
    cloud: Cloud, ingest: Ingest, invoked: list[Json], before: str, after: str
) -> None:
    set_rules(cloud, rule(contract_name=before))
    body = payload(*(item(name, name="new") for name in NAMES), BAD)
    headers, query = {"X-Name": "old", "X-GitHub-Event": "new"}, {"name": ["old"]}
    cloud.ask(request("b", body, source="sourceB", headers=headers, query=query))
    work_off(cloud)
    [request_kept] = kept(cloud)
    set_rules(cloud, rule(contract_name=after))

    ingest("redrive")
    work_off(cloud)

    assert len(request_kept["outside"]) == 1
    assert names_in(cloud) == dict.fromkeys(NAMES, "new")
    assert invoked


def test_corrected_rules_that_leave_out_items_keep_the_times_of_the_others(
    cloud: Cloud, ingest: Ingest, invoked: list[Json]
) -> None:
    set_rules(cloud, rule(UNTIMED, contract_name="'old'"))
    cloud.post([payload(item("c-1"), item("c-2")), payload(item("c-3"), BAD)])
    work_off(cloud)
    before = {key: row["_event"]["time"] for key, row in cloud.rows().items()}
    set_rules(cloud, rule(UNTIMED | {"when": "item.id != 'c-1'"}, contract_name="'new'"))

    ingest("redrive")
    work_off(cloud)

    assert names_in(cloud) == {"c-1": "old", "c-2": "new", "c-3": "new"}
    assert {key: row["_event"]["time"] for key, row in cloud.rows().items()} == before
    assert invoked


def test_what_another_setting_makes_valid_is_stored_behind_many_reasons(
    cloud: Cloud, ingest: Ingest, invoked: list[Json]
) -> None:
    bad = [item(f"b-{number}", type="lease") for number in range(25)]
    set_rules(cloud, RULE, min_time="2026-02-01T00:00:00Z")
    cloud.post(payload(*bad, item("c-1")))
    set_rules(cloud, RULE)

    ingest("redrive")
    work_off(cloud)
    rows, left = cloud.rows(), listed(ingest)["letters"]
    ingest("redrive")

    assert [*rows] == ["CONTRACT#c-1"]
    assert [entry["reason"] for entry in left] == ["quarantined"]
    assert listed(ingest)["letters"] == left
    assert [event["redrive"]["is_dry"] for event in invoked] == [True, False, True]


def test_a_handshake_that_failed_is_one_under_corrected_rules(
    cloud: Cloud, ingest: Ingest, invoked: list[Json]
) -> None:
    answer = {"challenge": "payload.challenge"}
    broken: Json = {"when": "payload.number > `1`", "answer": answer}
    fixed = {"when": "headers.\"x-kind\" == 'hello'", "answer": answer}
    set_rules(cloud, RULE, handshake=fixed | {"when": f"{fixed['when']} && {broken['when']}"})
    body = {"number": "one", "challenge": "a"}
    cloud.ask(request("b", body, source="sourceB", headers={"X-Kind": "hello"}))
    reasons = [reason["reason"] for reason in kept(cloud)[0]["reasons"]]
    set_rules(cloud, RULE, handshake=fixed)

    result = ingest("redrive", "-o", "json")

    assert reasons == ["invalid_request"]
    assert (result.exit_code, json.loads(result.stdout)["redriven"]) == (0, 1)
    assert (listed(ingest)["letters"], kept(cloud), cloud.queued()) == ([], [], [])
    assert len(invoked) == 2


def test_a_request_with_a_doubled_content_type_is_read_as_at_its_receipt(
    cloud: Cloud, ingest: Ingest, invoked: list[Json]
) -> None:
    event = request("b", payload(item("c-1"), BAD), source="sourceB")
    event["multiValueHeaders"]["Content-Type"] = ["text/csv", "application/json"]
    response = cloud.ask(event)
    set_rules(cloud, rule(**LEASE))

    result = ingest("redrive")
    work_off(cloud)

    assert response.document["events"][0]["status"] == "accepted"
    assert result.exit_code == 0, result.output
    assert sorted(cloud.rows()) == ["CONTRACT#c-1", "CONTRACT#c-9"]
    assert len(invoked) == 2
