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


@pytest.fixture
def doubled(cloud: Cloud, ingest: Ingest, session: RecordingSession, invoked: list[Json]) -> str:
    """Stop a redrive after it has sent the new dead letter. Return the id of the request."""
    cloud.post({"orders": [item("c-1"), item("c-2", type="lease")]})
    set_rules(cloud, FIXED)
    with session.hooked("before-call.sqs.DeleteMessageBatch", stopped):
        ingest("redrive")
    assert len(invoked) == 2
    first, second = ids(listed(ingest))
    assert first == second
    return str(first)


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


def test_a_redrive_of_one_page_after_another_deletes_both(
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
