"""A run of the extractor ends in time, whatever the file holds."""

from collections.abc import Callable

import pytest

from ingestion.files.upload import Upload
from tests.integration.cloud import Cloud, limit
from tests.integration.files.contracts import report, reports, table
from tests.support.canned import canned, intercept


def test_a_run_that_must_stop_within_a_part_leaves_the_part_to_the_next_run(
    cloud: Cloud,
) -> None:
    limit(cloud, part_rows=10)
    record, whole = cloud.drop("x.csv", table(25)), cloud.drop("whole.csv", table(25))
    cloud.extract(whole)
    expected = report(cloud)
    calls = iter([False] * 20 + [True])
    extraction = cloud.extractor_runtime.extraction

    first = extraction.extract_upload(
        Upload.from_record(record), lambda: True, lambda: next(calls), lambda _: None
    )
    cloud.extract(record)

    assert first is not None
    assert (first.state, first.parts, first.rows) == ("extracting", 1, 10)
    [again] = [found for found in reports(cloud) if found["key"].endswith("x.csv")]
    assert [again[name] for name in ("rows", "accepted", "parts", "refused")] == [
        expected[name] for name in ("rows", "accepted", "parts", "refused")
    ]


@pytest.mark.parametrize(
    "content",
    [table(25), table(1) + "\n" * 600_000, table(1) + ",,,\n" * 200_000],
    ids=["rows", "blank lines", "blank rows"],
)
def test_a_file_of_which_a_run_reads_no_part_in_its_time_is_refused(
    cloud: Cloud, content: str
) -> None:
    limit(cloud, part_rows=10)
    record, asked = cloud.drop("x.csv", content), iter([False] * 3)

    extracted = cloud.extractor_runtime.extraction.extract_upload(
        Upload.from_record(record), lambda: True, lambda: next(asked, True), lambda _: None
    )

    assert extracted is not None
    assert extracted.refused == "too_slow"
    assert "within the 10 rows after row 0: split the file there" in extracted.detail
    assert report(cloud)["state"] == "done"
    assert report(cloud)["rows"] == 0


def test_the_extractor_stops_half_a_minute_before_its_timeout(cloud: Cloud) -> None:
    cloud.extract(cloud.drop("x.csv", table(3)), seconds=29)

    assert report(cloud)["refused"] == "too_slow"


def test_a_file_that_outlasts_the_runs_it_may_have_is_refused_with_its_rows_so_far(
    cloud: Cloud, counts: Callable[[], dict[str, int]]
) -> None:
    limit(cloud, part_rows=10, max_runs=3)
    record = cloud.drop("x.csv", table(45))
    intercept(
        cloud.extractor_runtime.lambda_client, "Invoke", lambda _: canned({"StatusCode": 202}, 202)
    )

    for _ in range(5):
        cloud.extract(record, seconds=50)
    cloud.insert()

    found = report(cloud)
    assert found["refused"] == "too_many_runs"
    assert "3 runs of the extractor read 30 rows and did not reach the end" in found["detail"]
    assert found["state"] == "done"
    assert found["rows"] == found["accepted"] == found["published"] == 30
    assert counts()["FileRefused"] == 1
