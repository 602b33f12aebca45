"""A retry that fails in the middle is repeated, and one that may not happen changes nothing."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.integration.cloud import Cloud
from tests.integration.conftest import AUDIT, Ingest
from tests.integration.dead_letters.failed_calls import Functions
from tests.integration.uploads.conftest import message
from tests.integration.uploads.retrying import read, refused, run_calls
from tests.integration.used_grants import RecordingSession
from tests.support.canned import Canned, aws_error
from tests.support.factories import Json
from tests.support.files.dropped import keys_of, report_on, table, write


def test_a_retry_that_fails_in_the_middle_is_repeated(
    cloud: Cloud, ingest: Ingest, functions: Functions, session: RecordingSession
) -> None:
    record = cloud.drop("x.csv", table(3))
    upload_id = read(cloud, record)
    before = cloud.rows()

    denied = aws_error("AccessDenied", 403)
    functions.responses.append(denied)
    with session.hooked("before-call.s3.DeleteObjects", lambda **_: denied):
        not_deleted = ingest("retry", upload_id, "--force")
    not_called = ingest("retry", upload_id, "--force")
    state = report_on(cloud, record)["state"]
    again = ingest("retry", upload_id, "--force")

    assert isinstance(not_deleted.exception, ClientError)
    assert isinstance(not_called.exception, ClientError)
    assert state == "extracting"
    assert again.exit_code == 0, again.output
    assert run_calls(cloud, functions) == before
    assert report_on(cloud, record)["state"] == "done"


def all_objects(cloud: Cloud) -> dict[str, bytes]:
    return {key: cloud.content(key) for key in cloud.keys("")}


@pytest.mark.parametrize("operation", ["lambda.Invoke", "s3.ListObjectsV2"])
def test_a_retry_that_iam_refuses_changes_nothing(
    cloud: Cloud,
    ingest: Ingest,
    functions: Functions,
    session: RecordingSession,
    operation: str,
) -> None:
    record = cloud.drop("x.csv", table(3, bad=lambda n: n == 3))
    upload_id = read(cloud, record)
    before, denied = all_objects(cloud), aws_error("AccessDenied", 403)

    if operation == "lambda.Invoke":
        functions.refusal = denied
        result = ingest("retry", upload_id, "--force")
    else:
        with session.hooked(f"before-call.{operation}", only_parts(denied)):
            result = ingest("retry", upload_id, "--force")

    assert isinstance(result.exception, ClientError), result.output
    assert all_objects(cloud) == before
    assert (functions.calls, audited()) == ([], [])


def only_parts(refusal: Canned) -> Callable[..., Canned | None]:
    """Refuse to list what an extraction wrote. The command also lists reports and files."""

    def refuse(params: Json, **_: Any) -> Canned | None:
        prefix = params["query_string"].get("prefix", "")
        return refusal if prefix.startswith(("inserted/", "extracted/", "rejected/")) else None

    return refuse


def audited() -> list[str]:
    found = boto3.client("logs").filter_log_events(logGroupName=AUDIT)["events"]
    return [line["message"] for line in found]


def test_a_dry_run_and_a_command_without_audit_log_change_nothing(
    cloud: Cloud, ingest: Ingest, functions: Functions
) -> None:
    record = cloud.drop("x.csv", table(3, bad=lambda n: n == 3))
    upload_id = read(cloud, record)
    before = all_objects(cloud)

    dry = ingest("retry", upload_id, "--force", "--dry-run")
    boto3.client("logs").delete_log_group(logGroupName=AUDIT)
    unaudited = ingest("retry", upload_id, "--force")

    assert "would read uploads/sourceB/x.csv again from its first row" in message(dry)
    assert "would delete 3 objects that the last extraction wrote" in message(dry)
    assert isinstance(unaudited.exception, ClientError)
    assert all_objects(cloud) == before
    assert functions.calls == []


def test_a_file_that_is_gone_or_of_an_older_version_is_not_retried(
    cloud: Cloud, ingest: Ingest, functions: Functions
) -> None:
    gone, older = refused(cloud), cloud.drop("y.csv", table(1))
    version = gone["s3"]["object"]["versionId"]
    cloud.s3.delete_object(Bucket=cloud.bucket, Key="uploads/sourceB/x.csv", VersionId=version)
    read(cloud, older)
    report = report_on(cloud, older) | {"sequencer": "", "state": "unbalanced"}
    write(cloud, keys_of(older).report_key, json.dumps(report).encode())

    results = [ingest("retry", keys_of(record).upload_id) for record in (gone, older)]

    assert [result.exit_code for result in results] == [3, 2]
    assert "x.csv is gone" in message(results[0])
    assert "older version of the platform: upload the file again" in message(results[1])
    assert functions.calls == []


def test_a_report_that_changes_meanwhile_stops_the_retry(
    cloud: Cloud, ingest: Ingest, functions: Functions, session: RecordingSession
) -> None:
    record = refused(cloud)

    with session.hooked("before-call.s3.PutObject", lambda **_: aws_error("Changed", 412)):
        result = ingest("retry", keys_of(record).upload_id)

    assert result.exit_code == 5
    assert "its report changed meanwhile" in message(result)
    assert functions.calls == []
