"""A write that conflicts with another, or whose response is lost, has the result of one write."""

from dataclasses import replace
from itertools import cycle

import pytest

from ingestion.telemetry.redaction import UnexpectedError
from tests.integration.cloud import Cloud, limit
from tests.integration.files.contracts import report, table
from tests.support.canned import Canned, aws_error, intercept
from tests.support.factories import Json


@pytest.fixture(autouse=True)
def small(cloud: Cloud) -> None:
    """Limit the size of parts, so that a small file has many."""
    limit(cloud, part_rows=10)


CONDITIONAL_WRITES = ["extracted/", "rejected/", "reports/", "inserted/"]


@pytest.mark.parametrize("folder", CONDITIONAL_WRITES)
def test_a_write_during_another_change_of_the_object_is_tried_again(
    cloud: Cloud, folder: str
) -> None:
    record = cloud.drop("x.csv", table(25, bad=lambda n: n % 9 == 0))
    conflicts = [aws_error("ConditionalRequestConflict", 409) for _ in range(2)]

    def conflict_twice(call: Json) -> Canned | None:
        return conflicts.pop() if call["Key"].startswith(folder) and conflicts else None

    for bucket in (cloud.extractor_runtime.extraction.bucket, cloud.inserter_runtime.bucket):
        intercept(bucket.s3, "PutObject", conflict_twice)
    cloud.extract(record)
    cloud.insert()

    assert conflicts == []
    assert report(cloud)["state"] == "done"


def test_a_run_whose_write_always_conflicts_fails_and_is_repeated(cloud: Cloud) -> None:
    record = cloud.drop("x.csv", table(25))
    runtime = cloud.extractor_runtime
    impatient = replace(runtime.extraction.bucket, conflict_seconds=0.01)
    extraction = replace(runtime.extraction, bucket=impatient)
    cloud.extractor_runtime = replace(runtime, extraction=extraction)
    conflicts = [aws_error("ConditionalRequestConflict", 409)]

    def conflict(call: Json) -> Canned | None:
        return conflicts[0] if "part-00002" in call["Key"] and conflicts else None

    intercept(impatient.s3, "PutObject", conflict)
    with pytest.raises(UnexpectedError, match="ConditionalRequestConflict"):
        cloud.extract(record)
    conflicts.clear()
    cloud.extract(record)

    assert len(cloud.keys("extracted/")) == 3
    assert report(cloud)["state"] == "inserting"


def test_a_report_write_whose_response_was_lost_is_recognized(cloud: Cloud) -> None:
    record = cloud.drop("x.csv", table(25))
    lose = cycle([True, False])
    s3 = cloud.extractor_runtime.extraction.bucket.s3

    def lose_every_other(call: Json) -> Canned | None:
        if "IfMatch" not in call or not next(lose):
            return None
        cloud.s3.put_object(**{k: v for k, v in call.items() if k != "IfMatch"})
        return aws_error("PreconditionFailed", 412)

    intercept(s3, "PutObject", lose_every_other)
    cloud.extract(record)
    cloud.insert()

    assert report(cloud)["state"] == "done"
