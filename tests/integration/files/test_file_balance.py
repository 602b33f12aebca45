"""The balance of a file: every row has an outcome, or the report says that the counts differ."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from ingestion.cli.client.uploader import follow_report
from ingestion.files.balance import settle_report
from ingestion.files.bucket import Bucket
from ingestion.files.part import Part
from tests.integration.cloud import Cloud, limit
from tests.support.canned import Canned, aws_error, intercept
from tests.support.factories import Json
from tests.support.files.dropped import keys_of, report_on, shorten, table, write

Counts = Callable[[], dict[str, int]]


def lines_of(cloud: Cloud, folder: str) -> list[bytes]:
    return [line for key in cloud.keys(folder) for line in cloud.content(key).splitlines()]


@pytest.mark.parametrize(
    "limits",
    [{}, {"part_bytes": 1}, {"part_bytes": 1_000}, {"part_rows": 7}, {"part_rows": 1}],
    ids=str,
)
def test_each_row_of_a_file_is_in_a_part_and_is_counted(
    cloud: Cloud, limits: dict[str, int]
) -> None:
    limit(cloud, **limits)

    record = cloud.drop("x.csv", table(12, bad=lambda n: n % 5 == 0))

    cloud.extract(record)
    cloud.insert()

    found = report_on(cloud, record)
    subjects = [json.loads(line)["subject"] for line in lines_of(cloud, "extracted/")]
    rejected = [json.loads(line)["row"][0] for line in lines_of(cloud, "rejected/")]
    assert sorted([*subjects, *rejected]) == sorted(f"c-{n}" for n in range(1, 13))
    assert found["state"] == "done"
    assert found["rows"] == 12
    assert found["accepted"] == 10
    assert found["rejected"] == 2
    assert found["published"] == 10


def test_a_mark_counts_the_events_of_its_part(cloud: Cloud) -> None:
    limit(cloud, part_rows=10)

    record = cloud.drop("x.csv", table(25))

    cloud.extract(record)
    cloud.insert()

    marks = [json.loads(cloud.content(key)) for key in cloud.keys("inserted/")]
    assert marks == [{"published": 10}, {"published": 10}, {"published": 5}]


class LosesEvents(Part):
    """A part that loses its last event when it is full by bytes."""

    def add(self, result: Any) -> None:
        super().add(result)
        if self.event_bytes >= 1_000:
            self.events.pop()


class LosesRows(Part):
    """A part that loses its third row."""

    def add(self, result: Any) -> None:
        if self.size != 2 or self.event_bytes == 0:
            super().add(result)
        else:
            self.event_bytes = 0


@pytest.mark.parametrize("part", [LosesEvents, LosesRows])
def test_a_row_or_event_that_gets_lost_before_its_part_is_written_is_noticed(
    cloud: Cloud, counts: Counts, part: type[Part]
) -> None:
    limit(cloud, part_bytes=1_000, new_part=part)

    record = cloud.drop("x.csv", table(40))

    cloud.extract(record)
    cloud.insert()

    found = report_on(cloud, record)
    assert found["state"] == "unbalanced"
    assert found["rows"] == found["events"] == 40
    assert found["published"] < 40
    assert (found["accepted"] < 40) == (part is LosesRows)
    assert counts()["FileUnbalanced"] == 1


def test_an_event_that_gets_lost_between_the_parts_and_the_topic_is_noticed(
    cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    limit(cloud, part_rows=10)
    record = cloud.drop("x.csv", table(25))

    cloud.extract(record)
    shorten(cloud, cloud.keys("extracted/")[1])

    cloud.insert()

    [line] = [line for line in capsys.readouterr().out.splitlines() if "FileUnbalanced" in line]
    found = report_on(cloud, record)
    assert found["state"] == "unbalanced"
    assert found["accepted"] == 25
    assert found["published"] == 24
    assert json.loads(line)["published"] == 24
    assert json.loads(line)["upload_id"] == found["upload_id"]


def test_a_part_that_is_deleted_before_it_is_published_is_noticed(cloud: Cloud) -> None:
    limit(cloud, part_rows=10)
    record = cloud.drop("x.csv", table(25))

    cloud.extract(record)
    cloud.s3.delete_object(Bucket=cloud.bucket, Key=cloud.keys("extracted/")[0])

    cloud.insert()

    assert report_on(cloud, record)["state"] == "unbalanced"
    assert report_on(cloud, record)["published"] == 15


@pytest.mark.parametrize("is_first", [True, False], ids=["extractor settles", "inserter settles"])
def test_a_file_whose_marks_have_no_number_is_done(cloud: Cloud, is_first: bool) -> None:
    """An older version wrote empty marks."""
    limit(cloud, part_rows=10)
    record = cloud.drop("x.csv", table(25))
    old_mark = keys_of(record).part_key("inserted", 1)
    if is_first:
        for number in (1, 2, 3):
            write(cloud, keys_of(record).part_key("inserted", number), b"")
        cloud.extract(record)
    else:
        cloud.extract(record)
        write(cloud, old_mark, b"")
        cloud.insert()

    assert report_on(cloud, record)["state"] == "done"
    assert report_on(cloud, record)["published"] is None


def test_a_report_of_an_older_version_settles(cloud: Cloud) -> None:
    limit(cloud, part_rows=10)
    record = cloud.drop("x.csv", table(25))

    cloud.extract(record)
    older = {name: value for name, value in report_on(cloud, record).items() if name != "published"}
    write(cloud, keys_of(record).report_key, json.dumps(older).encode())

    cloud.insert()

    assert report_on(cloud, record)["state"] == "done"
    assert report_on(cloud, record)["published"] == 25


def test_the_extractor_settles_a_file_whose_parts_are_inserted_first(cloud: Cloud) -> None:
    limit(cloud, part_rows=10)
    record = cloud.drop("x.csv", table(25))
    written: list[str] = []

    def fail_the_fourth_report(call: Json) -> Canned | None:
        written.append(call["Key"])
        reports = [key for key in written if key == keys_of(record).report_key]
        return aws_error("AccessDenied", 403) if len(reports) == 4 else None

    intercept(cloud.extractor_runtime.extraction.bucket.s3, "PutObject", fail_the_fourth_report)
    with pytest.raises(Exception, match="AccessDenied"):
        cloud.extract(record)
    written.clear()
    cloud.insert()
    before = report_on(cloud, record)["state"]
    cloud.extract(record)

    assert before == "extracting"
    assert report_on(cloud, record)["state"] == "done"
    assert report_on(cloud, record)["published"] == 25


def test_following_an_upload_ends_with_an_unbalanced_report(cloud: Cloud) -> None:
    record = cloud.drop("x.csv", table(2))
    cloud.extract(record)
    shorten(cloud, cloud.keys("extracted/")[0])
    cloud.insert()

    *_, last = follow_report(Bucket(cloud.s3, cloud.bucket), keys_of(record), poll_seconds=0)

    assert last.state == "unbalanced"


def test_a_settled_report_does_not_change(cloud: Cloud) -> None:
    record = cloud.drop("x.csv", table(2))
    cloud.extract(record)
    cloud.insert()
    before = report_on(cloud, record)

    settle_report(Bucket(cloud.s3, cloud.bucket), keys_of(record))

    assert report_on(cloud, record) == before
