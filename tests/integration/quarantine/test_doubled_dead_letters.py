"""A crash of a redrive may leave a dead letter twice: both point to one request."""

import json
from typing import Any

import pytest

from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.examples import ids, listed, stopped, work_off
from tests.integration.quarantine.conftest import RULE, item, kept, set_rules
from tests.integration.used_grants import RecordingSession
from tests.support.factories import Json

FIXED = RULE | {"each": "payload.orders"}
LEASE = {"contract_type": {"const": "services"}}


def double(cloud: Cloud, ingest: Ingest, session: RecordingSession, *more: bytes) -> str:
    """Stop a redrive after it has sent the new dead letter. Return the id of the request."""
    kept_as = cloud.post({"orders": [item("c-1"), item("c-2", type="lease")]})
    for body in more:
        cloud.post(body)
    set_rules(cloud, FIXED)
    with session.hooked("before-call.sqs.DeleteMessageBatch", stopped):
        ingest("redrive")
    found = str(kept_as.document["quarantined"])
    assert ids(listed(ingest)).count(found) == 2
    return found


@pytest.fixture
def doubled(cloud: Cloud, ingest: Ingest, session: RecordingSession, invoked: list[Json]) -> str:
    found = double(cloud, ingest, session)
    assert len(invoked) == 2
    return found


def test_show_prints_the_newest(ingest: Ingest, doubled: str) -> None:
    result = ingest("show", doubled, "-o", "json")

    shown: Any = json.loads(result.stdout)
    assert result.exit_code == 0, result.output
    assert shown["event"]["reasons"][0]["field"] == "rule 1 (CONTRACT), contract_type"


def test_a_redrive_deletes_both_and_the_request(cloud: Cloud, ingest: Ingest, doubled: str) -> None:
    set_rules(cloud, FIXED | {"fields": FIXED["fields"] | LEASE})

    result = ingest("redrive", "-o", "json")
    work_off(cloud)

    assert doubled
    assert result.exit_code == 0, result.output
    assert sorted(cloud.rows()) == ["CONTRACT#c-1", "CONTRACT#c-2"]
    assert (listed(ingest)["letters"], kept(cloud)) == ([], [])


def test_a_redrive_deletes_both_also_if_others_are_between_them(
    cloud: Cloud, ingest: Ingest, session: RecordingSession, invoked: list[Json]
) -> None:
    garbage = [f"garbage {number}".encode() for number in range(12)]
    doubled = double(cloud, ingest, session, *garbage)
    set_rules(cloud, FIXED | {"fields": FIXED["fields"] | LEASE})

    result = ingest("redrive", "-o", "json")

    found = json.loads(result.stdout)
    assert (found["redriven"], found["would_fail"]) == (2, 12)
    assert doubled not in ids(listed(ingest))
    assert len(kept(cloud)) == 12
    assert invoked


def test_the_other_of_one_that_was_redriven_alone_says_that_its_request_is_gone(
    cloud: Cloud, ingest: Ingest, doubled: str
) -> None:
    set_rules(cloud, FIXED | {"fields": FIXED["fields"] | LEASE})

    first = ingest("redrive", "--limit", "1", "-o", "json")
    second = ingest("redrive", "-o", "json")

    assert first.exit_code == 0, first.output
    assert [f["reason"] for f in json.loads(second.stdout)["failures"]] == ["request_gone"]
    assert ingest("drop", doubled, "--yes").exit_code == 0
    assert (listed(ingest)["letters"], kept(cloud)) == ([], [])


def test_a_drop_deletes_both(cloud: Cloud, ingest: Ingest, doubled: str) -> None:
    result = ingest("drop", doubled, "--yes")

    assert result.exit_code == 0, result.output
    assert (listed(ingest)["letters"], kept(cloud)) == ([], [])
