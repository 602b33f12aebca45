"""A redrive maps the whole request again by the deployed rules, and keeps what is still wrong."""

import json
from typing import Any

from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.examples import audited, listed, work_off
from tests.integration.quarantine.conftest import RULE, item, kept, payload, set_rules
from tests.integration.quarantine.redriving import FIXED, RENAMED, redriven
from tests.support.canned import Canned, aws_error, canned, intercept
from tests.support.factories import Json

LEASE = RULE["fields"] | {
    "contract_type": {"value": "item.type", "translate": {"goods": "goods", "lease": "services"}}
}


def versions(cloud: Cloud) -> list[Any]:
    """Return all versions of all objects of the quarantine."""
    found = cloud.s3.list_object_versions(Bucket=cloud.bucket, Prefix="quarantine/")
    return [*found.get("Versions", []), *found.get("DeleteMarkers", [])]


def test_a_redrive_under_changed_rules_stores_everything_and_deletes_the_request(
    cloud: Cloud, ingest: Ingest, invoked: list[Json]
) -> None:
    cloud.post(RENAMED)
    set_rules(cloud, FIXED)

    found = redriven(ingest)
    work_off(cloud)
    again = redriven(ingest)

    assert (found["redriven"], found["would_fail"], again["redriven"]) == (1, 0, 0)
    assert sorted(cloud.rows()) == ["CONTRACT#c-1", "CONTRACT#c-2"]
    assert (listed(ingest)["letters"], versions(cloud)) == ([], [])
    assert [event["redrive"]["is_dry"] for event in invoked] == [True, False]
    assert [action for action, _ in audited()] == ["redrive"]


def test_ids_and_times_stay_and_only_the_revision_is_later(
    cloud: Cloud, ingest: Ingest, invoked: list[Json]
) -> None:
    rule = {key: value for key, value in RULE.items() if key != "time"}
    set_rules(cloud, rule)
    cloud.post(payload(item("c-1"), item("c-2", type="lease")))
    [before] = [json.loads(record["body"]) for record in cloud.queued()]
    [request] = kept(cloud)
    set_rules(cloud, rule | {"fields": LEASE})

    redriven(ingest)

    first, second = (json.loads(record["body"]) for record in cloud.queued())
    same = ("id", "time", "receivedat", "data")
    assert invoked
    assert [first[name] for name in same] == [before[name] for name in same]
    assert request["received_at"] == first["receivedat"] == second["receivedat"]
    assert first["revision"] == second["revision"] > first["receivedat"]
    assert "revision" not in before
    assert second["data"]["contract_type"] == "services"


def test_what_still_fails_stays_with_its_new_reasons(
    cloud: Cloud, ingest: Ingest, invoked: list[Json]
) -> None:
    orders = [item("c-1"), item("c-2", type="lease"), item("c-3", at="soon")]
    cloud.post({"orders": orders})
    set_rules(cloud, FIXED)

    found = redriven(ingest, exit_code=4)
    work_off(cloud)

    [entry] = listed(ingest)["letters"]
    assert (found["redriven"], found["would_fail"]) == (0, 1)
    assert entry["reason"] == "quarantined"
    assert "rule 1 (CONTRACT), contract_type" in entry["detail"]
    assert list(cloud.rows()) == ["CONTRACT#c-1"]
    assert len(kept(cloud)) == 1
    assert invoked


def test_a_second_redrive_under_the_same_rules_changes_nothing(
    cloud: Cloud, ingest: Ingest, invoked: list[Json]
) -> None:
    cloud.post({"orders": [item("c-1"), item("c-2", type="lease")]})
    set_rules(cloud, FIXED)
    redriven(ingest, exit_code=4)
    work_off(cloud)
    rows, before = cloud.rows(), listed(ingest)

    redriven(ingest, exit_code=4)
    work_off(cloud)

    assert cloud.rows() == rows
    assert listed(ingest) == before
    assert invoked


def test_a_redrive_under_unchanged_rules_changes_nothing(
    cloud: Cloud, ingest: Ingest, invoked: list[Json]
) -> None:
    cloud.post(payload(item("c-1"), item("c-2", type="lease")))
    work_off(cloud)
    rows, before = cloud.rows(), listed(ingest)

    redriven(ingest, exit_code=4)
    work_off(cloud)

    assert invoked
    assert (cloud.rows(), listed(ingest)) == (rows, before)


def test_a_redrive_has_no_bound_of_500_events(
    cloud: Cloud, ingest: Ingest, invoked: list[Json]
) -> None:
    published: list[str] = []

    def accept_all(parameters: Json) -> Canned:
        entries = parameters["PublishBatchRequestEntries"]
        published.extend(entry["MessageDeduplicationId"] for entry in entries)
        return canned({"Successful": entries, "Failed": []})

    cloud.post(payload(*(item(f"c-{number}") for number in range(501))))
    intercept(cloud.api_runtime.router.sns, "PublishBatch", accept_all)

    redriven(ingest)

    assert invoked
    assert len(set(published)) == 501
    assert versions(cloud) == []


def test_events_that_the_topic_does_not_accept_stay_in_quarantine(
    cloud: Cloud, ingest: Ingest, invoked: list[Json]
) -> None:
    cloud.post({"orders": [item("c-1"), item("c-2", type="lease")]})
    set_rules(cloud, FIXED)
    answers = [aws_error("AccessDenied", 403)]
    client = cloud.api_runtime.router.sns
    intercept(client, "PublishBatch", lambda _: answers.pop() if answers else None)

    redriven(ingest, exit_code=5)
    not_taken = cloud.queued()
    redriven(ingest, exit_code=4)
    work_off(cloud)

    assert not_taken == []
    assert list(cloud.rows()) == ["CONTRACT#c-1"]
    assert len(listed(ingest)["letters"]) == len(kept(cloud)) == 1
    assert len(invoked) == 4


def test_a_redrive_without_the_topic_ends_with_the_exit_code_of_events_not_taken(
    cloud: Cloud, ingest: Ingest, invoked: list[Json]
) -> None:
    cloud.post(RENAMED)
    set_rules(cloud, FIXED)
    client = cloud.api_runtime.router.sns
    intercept(client, "PublishBatch", lambda _: aws_error("AccessDenied", 403))

    found = redriven(ingest, exit_code=5)

    assert (found["redriven"], found["not_taken"]) == (0, 1)
    assert len(listed(ingest)["letters"]) == len(kept(cloud)) == 1
    assert len(invoked) == 2


def test_a_dropped_dead_letter_takes_its_request_with_it(cloud: Cloud, ingest: Ingest) -> None:
    cloud.post(RENAMED)
    cloud.post(b"garbage")

    result = ingest("drop", "--reason", "quarantined", "--yes")

    assert result.exit_code == 0, result.output
    assert (listed(ingest)["letters"], versions(cloud)) == ([], [])


def test_garbage_that_comes_again_after_a_drop_is_kept_again(cloud: Cloud, ingest: Ingest) -> None:
    cloud.post(b"garbage")
    ingest("drop", "--reason", "quarantined", "--yes")

    cloud.post(b"garbage")

    assert len(listed(ingest)["letters"]) == len(kept(cloud)) == 1


def test_a_dead_letter_whose_request_is_gone_says_so(
    cloud: Cloud, ingest: Ingest, invoked: list[Json]
) -> None:
    cloud.post(b"garbage")
    for version in versions(cloud):
        name = {"Key": version["Key"], "VersionId": version["VersionId"]}
        cloud.s3.delete_object(Bucket=cloud.bucket, **name)

    found = redriven(ingest, exit_code=4)

    assert [failure["reason"] for failure in found["failures"]] == ["request_gone"]
    assert invoked == []
