"""A file has a bounded number of rejected rows, so its output is bounded, too."""

import gzip
from collections.abc import Callable

import pytest

from ingestion.files.extraction import MAX_REJECTED, Extraction
from tests.integration.cloud import Cloud, limit
from tests.support.canned import canned, intercept
from tests.support.files.dropped import HEADER, report_on

Counts = Callable[[], dict[str, int]]


def bomb(rows: int) -> bytes:
    return gzip.compress(HEADER.encode() + b"\n" + b"a\n" * rows)


def test_a_small_archive_of_invalid_rows_is_refused_after_a_bounded_number(
    cloud: Cloud, counts: Counts
) -> None:
    content = bomb(600_000)
    assert len(content) < 2_000

    record = cloud.drop("x.csv.gz", content)

    cloud.extract(record)

    found = report_on(cloud, record)
    assert found["state"] == "done"
    assert found["refused"] == "too_many_rejected"
    assert f"{MAX_REJECTED} rows are rejected" in found["detail"]
    assert found["rows"] == MAX_REJECTED
    assert found["rejected"] == MAX_REJECTED
    assert found["rejections"] == {"unreadable_row": MAX_REJECTED}
    assert sum(len(cloud.content(key)) for key in cloud.keys("rejected/")) < 3_000_000
    assert counts()["FileRefused"] == 1


def test_the_bound_is_the_same_when_a_file_is_continued(cloud: Cloud) -> None:
    limit(cloud, part_rows=Extraction.part_rows - 1)
    record = cloud.drop("x.csv.gz", bomb(MAX_REJECTED + 5))
    intercept(
        cloud.extractor_runtime.lambda_client, "Invoke", lambda _: canned({"StatusCode": 202}, 202)
    )

    for _ in range(4):
        cloud.extract(record, seconds=1)

    assert report_on(cloud, record)["rejected"] == MAX_REJECTED
    assert report_on(cloud, record)["refused"] == "too_many_rejected"


def test_rows_before_the_bound_are_published(cloud: Cloud) -> None:
    rows = "".join(f"c-{n},Turbines,goods,active\n" for n in range(5))
    rejected = "a\n" * (MAX_REJECTED + 1)

    record = cloud.drop("x.csv.gz", gzip.compress(f"{HEADER}\n{rows}{rejected}".encode()))

    cloud.extract(record)
    cloud.insert()

    assert report_on(cloud, record)["state"] == "done"
    assert report_on(cloud, record)["accepted"] == 5
    assert report_on(cloud, record)["published"] == 5
    assert report_on(cloud, record)["refused"] == "too_many_rejected"


@pytest.mark.parametrize("rows", [MAX_REJECTED, MAX_REJECTED + 2_000])
def test_a_file_with_a_rejected_row_for_each_of_its_lines_is_read_to_its_end(
    cloud: Cloud, rows: int
) -> None:
    record = cloud.drop("x.csv", HEADER + "\n" + "a\n" * rows)

    cloud.extract(record)

    assert report_on(cloud, record)["rejected"] == rows
    assert report_on(cloud, record)["refused"] == ""
