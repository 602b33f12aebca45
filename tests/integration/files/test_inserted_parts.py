"""Each part of a file is published once."""

import pytest

from ingestion.errors import RejectedRecord, TransientFailure
from tests.integration.cloud import Cloud
from tests.integration.files.contracts import drain, report, table
from tests.support.canned import Canned, aws_error, intercept
from tests.support.factories import Json


def test_a_part_that_the_topic_does_not_accept_is_retried(cloud: Cloud) -> None:
    cloud.extract(cloud.drop("x.csv", table(25)))
    broken = [True]

    def throttle(_: Json) -> Canned | None:
        return aws_error("KMSThrottling") if broken else None

    intercept(cloud.inserter_runtime.router.sns, "PublishBatch", throttle)
    with pytest.raises(TransientFailure, match="25 of 25"):
        cloud.insert(seconds=10.3)
    before = report(cloud)["state"]
    broken.clear()
    cloud.insert()

    assert before == "inserting"
    assert report(cloud)["state"] == "done"
    drain(cloud)
    assert len(cloud.listed("CONTRACT")) == 25


def test_an_inserted_part_is_not_published_again(cloud: Cloud) -> None:
    cloud.extract(cloud.drop("x.csv", table(3)))
    cloud.insert()
    published = cloud.routed()

    cloud.insert()

    assert published == 3
    assert cloud.routed() == 0


def test_a_missing_part_is_a_transient_failure(cloud: Cloud) -> None:
    assert cloud.keys("extracted/") == []

    with pytest.raises(TransientFailure, match="not there"):
        cloud.insert("extracted/sourceB/some-upload/part-00001.jsonl")


def test_a_part_with_events_of_another_source_is_refused(cloud: Cloud) -> None:
    cloud.extract(cloud.drop("x.csv", table(1)))
    [key] = cloud.keys("extracted/")
    forged = key.replace("sourceB", "sourceA")
    cloud.s3.put_object(Bucket=cloud.bucket, Key=forged, Body=cloud.content(key))

    with pytest.raises(RejectedRecord, match="wrong_source"):
        cloud.insert(forged)

    assert cloud.routed() == 0
