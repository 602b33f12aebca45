"""A large request is redriven in several calls, and one request does not hold up the others."""

import json
from typing import Any

from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.examples import listed
from tests.integration.quarantine.conftest import RULE, item, kept, set_rules
from tests.support.canned import Canned, aws_error, canned, intercept
from tests.support.factories import Json

FIXED = RULE | {"each": "payload.orders"}
MANY = {"orders": [item(f"c-{number}") for number in range(1_250)]}
BAD = item("c-bad", type="lease")


class Topic:
    """Notes what is published. Refuses the events for which `refuses` returns True."""

    def __init__(self, cloud: Cloud) -> None:
        self.events: list[Json] = []
        self.refuses: Any = lambda _: False
        intercept(cloud.api_runtime.router.sns, "PublishBatch", self._publish)

    def _publish(self, parameters: Json) -> Canned:
        entries = parameters["PublishBatchRequestEntries"]
        events = [json.loads(entry["Message"]) for entry in entries]
        if any(map(self.refuses, events)):
            return aws_error("AccessDenied", 403)
        self.events += events
        return canned({"Successful": entries, "Failed": []})

    @property
    def ids(self) -> list[str]:
        return [event["subject"] for event in self.events]


def correct_rules(cloud: Cloud) -> Topic:
    """Deploy corrected rules, and return the topic of the new functions."""
    set_rules(cloud, FIXED)
    return Topic(cloud)


def redriven(ingest: Ingest, *options: str) -> tuple[int, Json]:
    result = ingest("redrive", "-o", "json", *options)
    return result.exit_code, json.loads(result.stdout)


def starts(invoked: list[Json]) -> list[int]:
    """Return where the calls that were not dry started."""
    calls = [event["redrive"] for event in invoked]
    return [call["start"] for call in calls if not call["is_dry"]]


def test_a_call_continues_where_the_one_before_ended_under_the_same_revision(
    cloud: Cloud, ingest: Ingest, invoked: list[Json]
) -> None:
    cloud.post(MANY)
    topic = correct_rules(cloud)
    refusals = ["c-501", "c-1001"]

    def refuse_once(event: Json) -> bool:
        if event["subject"] not in refusals:
            return False
        refusals.remove(event["subject"])
        return True

    topic.refuses = refuse_once

    exit_code, found = redriven(ingest)

    assert (exit_code, found["redriven"]) == (0, 1)
    assert starts(invoked) == [0, 500, 1000]
    assert set(topic.ids) == {order["id"] for order in MANY["orders"]}
    assert len({event["revision"] for event in topic.events}) == 1
    assert (listed(ingest)["letters"], kept(cloud)) == ([], [])


def test_a_request_that_makes_no_progress_stays_and_the_others_are_redriven(
    cloud: Cloud, ingest: Ingest, invoked: list[Json]
) -> None:
    cloud.post(MANY)
    cloud.post({"orders": [item("d-1")]})
    cloud.post({"orders": [item("d-2")]})
    topic = correct_rules(cloud)
    topic.refuses = lambda event: event["subject"] == "c-700"

    exit_code, found = redriven(ingest)

    assert (exit_code, found["redriven"], found["not_taken"]) == (5, 2, 1)
    assert {"d-1", "d-2"} <= set(topic.ids)
    assert sorted(starts(invoked)) == [0, 0, 0, 500]
    assert len(listed(ingest)["letters"]) == len(kept(cloud)) == 1


def test_a_limit_is_not_used_up_by_requests_that_still_fail(
    cloud: Cloud, ingest: Ingest, invoked: list[Json]
) -> None:
    for _ in range(6):
        cloud.post({"orders": [BAD]})
    for number in range(4):
        cloud.post({"orders": [item(f"d-{number}")]})
    topic = correct_rules(cloud)

    _, first = redriven(ingest, "--limit", "3")
    _, second = redriven(ingest, "--limit", "3")

    assert (first["redriven"], second["redriven"]) == (3, 1)
    assert sorted(topic.ids) == [f"d-{number}" for number in range(4)]
    assert len(listed(ingest)["letters"]) == 6
    assert invoked


def test_a_request_whose_faults_remain_outlives_its_new_dead_letter(
    cloud: Cloud, ingest: Ingest, invoked: list[Json]
) -> None:
    cloud.post({"orders": [item("c-1"), BAD]})
    [before] = versions_of(cloud)
    [old] = kept(cloud)
    topic = correct_rules(cloud)

    redriven(ingest)
    redriven(ingest)

    [new] = kept(cloud)
    assert len(versions_of(cloud)) == 2
    assert before in versions_of(cloud)
    assert new | {"reasons": old["reasons"]} == old
    assert new["reasons"][0]["field"] == "rule 1 (CONTRACT), contract_type"
    assert topic.ids == ["c-1"]
    assert len(invoked) == 3  # The second redrive only checks.


def test_a_request_that_cannot_be_kept_longer_is_not_redriven(
    cloud: Cloud, ingest: Ingest, invoked: list[Json]
) -> None:
    cloud.post({"orders": [item("c-1"), BAD]})
    topic = correct_rules(cloud)
    cloud.post(b"garbage")  # Makes the client.
    before = listed(ingest)["letters"]
    s3 = cloud.api_runtime.payloads.quarantine.s3
    intercept(s3, "PutObject", lambda _: aws_error("AccessDenied", 403))

    exit_code, _ = redriven(ingest)

    assert exit_code == 5
    assert listed(ingest)["letters"] == before
    assert starts(invoked) == [0, 1]
    assert topic.ids == ["c-1"]


def versions_of(cloud: Cloud) -> list[str]:
    """Return the ids of all versions of the objects in quarantine."""
    found = cloud.s3.list_object_versions(Bucket=cloud.bucket, Prefix="quarantine/")
    return [version["VersionId"] for version in found["Versions"]]
