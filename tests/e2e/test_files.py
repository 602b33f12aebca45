"""Uploaded files on the applied platform: uploaded as a source does, extracted, inserted."""

import gzip
import json
import random
from typing import Any

import pytest
from urllib3 import PoolManager

from ingestion.cli.environment import Deployment
from ingestion.files.upload import UploadKeys
from tests.e2e.commands import ingest_here
from tests.e2e.conftest import Checkout
from tests.e2e.platform import in_index, post, receive, wait_until_idle
from tests.support.browser.waiting import wait_for

HEADER = "contract_id,contract_name,contract_type,contract_status"


def table(prefix: str, rows: int) -> str:
    """Make a table in which one row in a hundred is invalid."""
    kinds = ("gifts" if n % 100 == 0 else "goods" for n in range(1, rows + 1))
    lines = (f"{prefix}-{n},Dropped,{kind},active" for n, kind in enumerate(kinds, 1))
    return "\n".join([HEADER, *lines, ""])


def report(deployment: Deployment, made: UploadKeys) -> dict[str, Any] | None:
    s3 = deployment.client("s3")
    found = s3.list_objects_v2(Bucket=deployment.bucket_name, Prefix=made.report_key)
    if not found["KeyCount"]:
        return None
    content = s3.get_object(Bucket=deployment.bucket_name, Key=made.report_key)["Body"].read()
    document: dict[str, Any] = json.loads(content)
    return document if document["state"] == "done" else None


def stored(deployment: Deployment, prefix: str) -> set[str]:
    return {
        key for key in in_index(deployment, "CONTRACT") if key.startswith(f"CONTRACT#{prefix}-")
    }


def test_every_row_of_an_uploaded_file_is_stored_or_counted_as_rejected(
    checkout: Checkout, deployment: Deployment, tmp_path: Any
) -> None:
    file = tmp_path / "contracts.csv"
    file.write_text(table("row", 500))

    result = ingest_here(
        checkout, "upload", str(file), "--source", "sourceB", "--follow", "-o", "json"
    )

    assert result.returncode == 4, result.stderr  # Some rows were refused.
    found = json.loads(result.stdout)
    assert found["state"] == "done"
    assert found["rows"] == 500
    assert found["accepted"] == 495
    assert found["rejections"] == {"invalid_entity": 5}
    expected = {f"CONTRACT#row-{n}" for n in range(1, 501) if n % 100}
    wait_for(lambda: stored(deployment, "row") == expected)


def test_a_source_uploads_a_file_with_its_api_key_only(deployment: Deployment) -> None:
    content = table("put", 1).encode()
    body = {"name": "x.csv", "size": len(content)}
    target = post(deployment, "b/uploads", body, key="sourceB").json()
    url, sent = target["url"], target["headers"]
    pool = PoolManager(retries=False)

    other = pool.request("PUT", url.replace("x.csv", "y.csv"), body=content, headers=sent)
    longer = pool.request("PUT", url, body=content + b"c", headers={"If-None-Match": "*"})
    unconditional = pool.request("PUT", url, body=content)
    response = pool.request("PUT", url, body=content, headers=sent)
    again = pool.request("PUT", url, body=content, headers=sent)

    assert [other.status, longer.status, unconditional.status] == [403] * 3
    assert (response.status, again.status) == (200, 412)
    made = UploadKeys.from_upload(target["key"], response.headers["x-amz-version-id"])
    assert wait_for(lambda: report(deployment, made))["accepted"] == 1
    wait_for(lambda: stored(deployment, "put") == {"CONTRACT#put-1"})


def test_a_file_of_too_many_rejections_is_reported_with_its_accepted_rows(
    checkout: Checkout, deployment: Deployment, tmp_path: Any
) -> None:
    file = tmp_path / "contracts.csv.gz"
    file.write_bytes(gzip.compress((table("kept", 3) + "x\n" * 20_000).encode()))

    result = ingest_here(checkout, "upload", str(file), "--source", "sourceB", "--follow")

    assert result.returncode == 4, result.stderr
    assert "Refused: too_many_rejections: reading stopped: 10000 rows " in result.stderr
    wait_for(lambda: stored(deployment, "kept") == {f"CONTRACT#kept-{n}" for n in (1, 2, 3)})


@pytest.mark.parametrize(
    ("body", "key", "status"),
    [
        ({"name": "x.pdf", "size": 5}, "sourceB", 422),
        ({"name": "x.csv"}, "sourceB", 422),
        ({"name": "x.csv", "size": 5}, "sourceA", 403),
    ],
    ids=["no such format", "no size", "another source's key"],
)
def test_a_refused_upload_gets_no_url(
    deployment: Deployment, body: Any, key: str, status: int
) -> None:
    response = post(deployment, "b/uploads", body, key=key)

    assert response.status == status


def test_repeated_s3_events_change_nothing(deployment: Deployment) -> None:
    s3 = deployment.client("s3")
    key = "uploads/sourceB/again.csv"
    response = s3.put_object(
        Bucket=deployment.bucket_name, Key=key, Body=table("again", 99).encode()
    )
    made = UploadKeys.from_upload(key, response["VersionId"])
    before = wait_for(lambda: report(deployment, made))
    dropped = {"key": key, "versionId": response["VersionId"], "size": 1, "sequencer": "0"}
    part = {"key": made.part_key("extracted", 1), "size": 1, "sequencer": "0"}
    calls = [("extractor", dropped), ("inserter", part)] * 2
    random.Random(1).shuffle(calls)

    for function, item in calls:
        record = {"eventTime": "2026-01-31T12:00:00Z", "s3": {"object": item}}
        invoked = deployment.client("lambda").invoke(
            FunctionName=deployment.function_names[function],
            Payload=json.dumps({"Records": [record]}),
        )
        assert "FunctionError" not in invoked

    assert report(deployment, made) == before


def test_a_file_is_read_again_by_one_command_and_stores_no_row_twice(
    checkout: Checkout, deployment: Deployment
) -> None:
    content = table("retried", 101)
    key = "uploads/sourceB/retried.csv"
    response = deployment.client("s3").put_object(
        Bucket=deployment.bucket_name, Key=key, Body=content.encode()
    )
    made = UploadKeys.from_upload(key, response["VersionId"])
    before = wait_for(lambda: report(deployment, made))
    expected = {f"CONTRACT#retried-{n}" for n in (*range(1, 100), 101)}
    wait_for(lambda: stored(deployment, "retried") == expected)
    rows = in_index(deployment, "CONTRACT")

    retried = ingest_here(checkout, "files", "retry", made.upload_id, "--force")
    after = wait_for(lambda: newer_report(deployment, made, before["started_at"]))
    wait_until_idle(deployment)

    assert retried.returncode == 0, retried.stderr
    assert after["sequencer"] == before["sequencer"]
    assert (after["rows"], after["published"], after["rejected"]) == (101, 100, 1)
    assert {key: in_index(deployment, "CONTRACT")[key] for key in expected} == {
        key: rows[key] for key in expected
    }
    listed = ingest_here(checkout, "files", "list", "--source", "sourceB", "-o", "json")
    [line] = [each for each in json.loads(listed.stdout) if each["name"] == "retried.csv"]
    assert (line["upload_id"], line["state"]) == (made.upload_id, "done")


def newer_report(deployment: Deployment, made: UploadKeys, started_at: str) -> Any:
    """Return the report of a finished run that started later."""
    found = report(deployment, made)
    return found if found and found["started_at"] > started_at else None


def test_a_call_that_fails_every_retry_is_kept_in_the_failures_queue(
    deployment: Deployment,
) -> None:
    forged = "extracted/sourceB/no-upload/part-00001.jsonl"
    s3 = deployment.client("s3")

    s3.put_object(Bucket=deployment.bucket_name, Key=forged, Body=b"no event\n")

    [message] = wait_for(lambda: receive(deployment, deployment.files_failures_queue_url))
    failure = json.loads(message["Body"])
    [record] = failure["requestPayload"]["Records"]
    assert record["s3"]["object"]["key"] == forged
