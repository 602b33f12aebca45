"""The client follows the report of an upload."""

from typing import Any

import pytest

from ingestion.cli.client.uploader import NotUploaded, follow_report
from ingestion.files.bucket import Bucket
from ingestion.files.report import Report
from ingestion.files.upload import UploadKeys
from tests.integration.cloud import Cloud
from tests.support.factories import NOON

UPLOAD = UploadKeys("sourceB", "upload-1")


def save(cloud: Cloud, **changes: Any) -> Report:
    fields = {"key": "uploads/sourceB/x.csv", "version_id": None, "size_bytes": 5}
    times = {"uploaded_at": NOON, "started_at": NOON}
    found = Report(**UPLOAD._asdict() | fields | times | changes)
    cloud.s3.put_object(
        Bucket=cloud.bucket, Key=UPLOAD.report_key, Body=found.model_dump_json().encode()
    )
    return found


def test_a_report_is_followed_until_it_is_done(cloud: Cloud) -> None:
    seen = follow_report(Bucket(cloud.s3, cloud.bucket), UPLOAD, poll_seconds=0)

    first = save(cloud, rows=5)
    assert next(seen) == first
    last = save(cloud, rows=9, state="done")
    assert list(seen) == [last]


@pytest.mark.parametrize("has_report", [False, True])
def test_an_upload_whose_report_does_not_change_is_stalled(cloud: Cloud, has_report: bool) -> None:
    if has_report:
        save(cloud)
    reports = follow_report(
        Bucket(cloud.s3, cloud.bucket), UPLOAD, poll_seconds=0, stall_seconds=0.05
    )

    with pytest.raises(NotUploaded, match="no progress"):
        list(reports)
