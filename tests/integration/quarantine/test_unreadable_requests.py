"""One request that cannot be read or mapped again is reported, and the others are redriven."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.examples import ids, listed, work_off
from tests.integration.quarantine.conftest import RULE, item, kept, set_rules
from tests.integration.used_grants import RecordingSession
from tests.support.canned import Canned, aws_error
from tests.support.factories import CANARY, Json

FIXED = RULE | {"each": "payload.orders"}


def keep_two(cloud: Cloud) -> str:
    """Keep a request with a canary, and one that corrected rules map. Return the first's key."""
    cloud.post({"orders": [item("c-1", name=CANARY)]})
    [key] = cloud.keys("quarantine/")
    cloud.post({"orders": [item("c-2")]})
    set_rules(cloud, FIXED)
    return str(key)


def rewrite(cloud: Cloud, key: str, content: bytes) -> None:
    cloud.s3.put_object(Bucket=cloud.bucket, Key=key, Body=content)


def changed(**changes: Any) -> Callable[[Json], bytes]:
    return lambda document: json.dumps(document | changes).encode()


@pytest.mark.parametrize(
    "alter",
    [
        pytest.param(lambda document: json.dumps(document)[:-9].encode(), id="half"),
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(changed(headers=[CANARY]), id="another type"),
        pytest.param(changed(body="e30="), id="another body"),
        pytest.param(changed(source="sourceA"), id="another source"),
        pytest.param(changed(query={"a": ["b"]}), id="another query"),
        pytest.param(changed(received_at="2026-01-01T00:00:00.000000Z"), id="another time"),
    ],
)
def test_an_altered_object_is_reported_without_its_content(
    cloud: Cloud, ingest: Ingest, invoked: list[Json], alter: Callable[[Json], bytes]
) -> None:
    key = keep_two(cloud)
    rewrite(cloud, key, alter(json.loads(cloud.content(key))))

    result = ingest("redrive", "-o", "json")
    work_off(cloud)

    [failure] = json.loads(result.stdout)["failures"]
    assert (result.exit_code, failure["reason"]) == (4, "request_altered")
    assert key in failure["detail"]
    assert CANARY not in result.output
    assert [*cloud.rows()] == ["CONTRACT#c-2"]
    assert len(invoked) == 2


def test_show_says_that_an_object_is_altered(
    cloud: Cloud, ingest: Ingest, invoked: list[Json]
) -> None:
    key = keep_two(cloud)
    rewrite(cloud, key, CANARY.encode())
    altered = key.rpartition("/")[2].removesuffix(".json")

    result = ingest("show", altered, "-o", "json")

    shown = json.loads(result.stdout)
    assert shown["would_fail"].startswith(f"request_altered: the object {key} is not the request")
    assert "request" not in shown
    assert CANARY not in result.output
    assert invoked == []


def test_a_field_that_a_later_version_adds_is_ignored(
    cloud: Cloud, ingest: Ingest, invoked: list[Json]
) -> None:
    key = keep_two(cloud)
    rewrite(cloud, key, changed(later={"a": 1})(json.loads(cloud.content(key))))

    result = ingest("redrive")

    assert result.exit_code == 0, result.output
    assert listed(ingest)["letters"] == []
    assert len(invoked) == 4


@pytest.mark.parametrize("phase", ["check", "redrive"])
def test_a_throttled_function_leaves_one_request_and_the_others_go_on(
    cloud: Cloud,
    ingest: Ingest,
    session: RecordingSession,
    request: pytest.FixtureRequest,
    phase: str,
) -> None:
    keep_two(cloud)
    throttled: list[Json] = []

    def throttle(params: Json, **_: Any) -> Canned | None:
        call = json.loads(params["body"])["redrive"]
        if call["is_dry"] != (phase == "check") or throttled not in ([], [call["request"]]):
            return None
        throttled[:] = [call["request"]]
        return aws_error("TooManyRequestsException", 429)

    with session.hooked("before-call.lambda.Invoke", throttle):
        request.getfixturevalue("invoked")  # Answers what is not throttled.
        result = ingest("redrive", "-o", "json")
    work_off(cloud)

    found = json.loads(result.stdout)
    assert (result.exit_code, found["redriven"]) == ((4, 1) if phase == "check" else (5, 1))
    [failure] = found["failures"]
    assert failure["reason"] == "call_failed"
    assert failure["detail"] == "the API function was not invoked: TooManyRequestsException"
    assert len(cloud.rows()) == len(listed(ingest)["letters"]) == len(kept(cloud)) == 1


def test_a_request_that_cannot_be_deleted_stays_and_the_others_go_on(
    cloud: Cloud, ingest: Ingest, session: RecordingSession, invoked: list[Json]
) -> None:
    keep_two(cloud)
    answers = [aws_error("AccessDenied", 403)]

    def deny_once(**_: Any) -> Canned | None:
        return answers.pop() if answers else None

    with session.hooked("before-call.s3.DeleteObjects", deny_once):
        result = ingest("redrive", "-o", "json")

    counts = json.loads(result.stdout)
    [failure] = counts["failures"]
    assert (result.exit_code, counts["redriven"], counts["not_taken"]) == (5, 1, 1)
    assert failure["detail"].startswith("S3 did not delete quarantine/sourceB/")
    assert len(listed(ingest)["letters"]) == len(kept(cloud)) == 1
    assert len(invoked) == 4


def test_a_missing_permission_is_reported_for_each_request(
    cloud: Cloud, ingest: Ingest, session: RecordingSession, invoked: list[Json]
) -> None:
    keep_two(cloud)

    def deny(**_: Any) -> Canned:
        return aws_error("AccessDenied", 403)

    with session.hooked("before-call.s3.GetObject", deny):
        result = ingest("redrive", "-o", "json")

    failures = json.loads(result.stdout)["failures"]
    assert result.exit_code == 4
    assert [failure["reason"] for failure in failures] == ["call_failed"] * 2
    assert all(failure["detail"].endswith(": AccessDenied") for failure in failures)
    assert invoked == []
    assert len(ids(listed(ingest))) == 2
    assert boto3.client("s3").get_object(Bucket=cloud.bucket, Key=cloud.keys("quarantine/")[0])
