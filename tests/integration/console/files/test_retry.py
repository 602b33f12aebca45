"""A file is read again from its page, which first says what would happen."""

import boto3
import httpx
import pytest

from tests.integration.cloud import Cloud
from tests.integration.conftest import AUDIT
from tests.integration.console.reading import finish, text_of
from tests.integration.dead_letters.failed_calls import Functions
from tests.integration.uploads.retrying import read, refused, run_calls
from tests.support.factories import catalog_document, lines
from tests.support.files.dropped import keys_of, report_on, table


def audited() -> list[str]:
    found = boto3.client("logs").filter_log_events(logGroupName=AUDIT)["events"]
    return [line["action"] for line in lines("\n".join(line["message"] for line in found))]


def test_a_retry_is_shown_then_started_and_audited(
    cloud: Cloud, console: httpx.Client, functions: Functions
) -> None:
    record = refused(cloud)
    document = catalog_document()
    document["sources"]["sourceB"]["files"] = {"columns": {"Name": "contract_name"}}
    cloud.write_catalog(document)
    path = f"/files/{keys_of(record).upload_id}/retry"

    shown = console.get(path)
    before = (functions.calls.copy(), audited())
    ended = finish(console, console.post(path))

    assert "would read uploads/sourceB/x.csv again from its first row" in text_of(shown)
    assert "would delete 0 objects that the last extraction wrote" in text_of(shown)
    assert f"ingest files retry {keys_of(record).upload_id}" in text_of(shown)
    assert before == ([], [])
    assert "uploads/sourceB/x.csv is being read again." in text_of(ended)
    assert audited() == ["retry_file"]
    assert run_calls(cloud, functions).keys() == {"CONTRACT#c-1", "CONTRACT#c-2"}
    assert report_on(cloud, record)["state"] == "done"


def test_a_processed_file_is_read_again_only_on_request(
    cloud: Cloud, console: httpx.Client, functions: Functions
) -> None:
    path = f"/files/{read(cloud, cloud.drop('x.csv', table(3)))}/retry"

    refusal, refused_post = console.get(path), finish(console, console.post(path))
    calls = functions.calls.copy()
    forced = console.get(path, params={"force": "1"})
    ended = finish(console, console.post(path, params={"force": "1"}))

    assert refusal.status_code == 422
    assert "is processed (done)" in text_of(refusal)
    assert f'href="{path}?force=1"' in refusal.text
    assert "is processed (done)" in text_of(refused_post)
    assert calls == []
    assert "--force" in text_of(forced)
    assert "is being read again" in text_of(ended)
    assert len(functions.calls) == 1


def test_a_file_that_is_gone_cannot_be_read_again(
    cloud: Cloud, console: httpx.Client, functions: Functions
) -> None:
    record = refused(cloud)
    versions = cloud.s3.list_object_versions(Bucket=cloud.bucket, Prefix="uploads/")["Versions"]
    for each in versions:
        cloud.s3.delete_object(Bucket=cloud.bucket, Key=each["Key"], VersionId=each["VersionId"])

    response = console.get(f"/files/{keys_of(record).upload_id}/retry")

    assert response.status_code == 422
    assert "is gone, it was deleted or has expired: upload the file again" in text_of(response)
    assert functions.calls == []


@pytest.mark.parametrize("upload_id", ["abc", "0" * 32])
def test_without_an_upload_no_work_starts(
    cloud: Cloud, console: httpx.Client, upload_id: str
) -> None:
    assert cloud.s3
    response = console.post(f"/files/{upload_id}/retry", follow_redirects=False)

    assert response.status_code == 404


def test_nothing_is_changed_if_the_audit_log_cannot_be_written(
    cloud: Cloud, console: httpx.Client, functions: Functions
) -> None:
    record = refused(cloud)
    boto3.client("logs").delete_log_group(logGroupName=AUDIT)

    response = finish(console, console.post(f"/files/{keys_of(record).upload_id}/retry"))

    assert "ResourceNotFoundException" in text_of(response)
    assert report_on(cloud, record)["refused"] == "unknown_column"
    assert functions.calls == []
