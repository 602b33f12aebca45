"""A file has a bounded number of rejected rows, so its output is bounded, too."""

import gzip
from collections.abc import Callable

import pytest

from ingestion.files.extraction import Extraction
from ingestion.files.part import MAX_REJECTED_BYTES, MAX_REJECTED_ROWS
from ingestion.files.upload import UploadKeys
from tests.integration.cloud import Cloud, limit
from tests.integration.conftest import Said
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
    assert found["refused"] == "too_many_rejections"
    assert found["detail"].startswith(f"reading stopped: {MAX_REJECTED_ROWS} rows (")
    assert "the limit is 10000 rows or 10000000 bytes;" in found["detail"]
    assert found["rows"] == MAX_REJECTED_ROWS
    assert found["rejected"] == MAX_REJECTED_ROWS
    assert found["rejections"] == {"unreadable_row": MAX_REJECTED_ROWS}
    assert sum(len(cloud.content(key)) for key in cloud.keys("rejected/")) < 3_000_000
    assert counts()["FileRefused"] == 1


def test_the_bound_is_the_same_when_a_file_is_continued(cloud: Cloud) -> None:
    limit(cloud, part_rows=Extraction.part_rows - 1)
    record = cloud.drop("x.csv.gz", bomb(MAX_REJECTED_ROWS + 5))
    intercept(
        cloud.extractor_runtime.lambda_client, "Invoke", lambda _: canned({"StatusCode": 202}, 202)
    )

    for _ in range(4):
        cloud.extract(record, seconds=50)

    assert report_on(cloud, record)["rejected"] == MAX_REJECTED_ROWS
    assert report_on(cloud, record)["refused"] == "too_many_rejections"


def test_rows_before_the_bound_are_published(cloud: Cloud) -> None:
    rows = "".join(f"c-{n},Turbines,goods,active\n" for n in range(5))
    rejected = "a\n" * (MAX_REJECTED_ROWS + 1)

    record = cloud.drop("x.csv.gz", gzip.compress(f"{HEADER}\n{rows}{rejected}".encode()))

    cloud.extract(record)
    cloud.insert()

    assert report_on(cloud, record)["state"] == "done"
    assert report_on(cloud, record)["accepted"] == 5
    assert report_on(cloud, record)["published"] == 5
    assert report_on(cloud, record)["refused"] == "too_many_rejections"


def test_rejected_rows_are_bounded_by_their_bytes_too(cloud: Cloud) -> None:
    content = gzip.compress(f"{HEADER}\n".encode() + (b"a" * 4_000 + b"\n") * 9_000)
    assert len(content) < 100_000

    record = cloud.drop("x.csv.gz", content)

    cloud.extract(record)

    found = report_on(cloud, record)
    written = sum(len(cloud.content(key)) for key in cloud.keys("rejected/"))
    assert found["refused"] == "too_many_rejections"
    assert f"({written} bytes)" in found["detail"]
    assert found["rejected_bytes"] == written
    assert MAX_REJECTED_BYTES <= written < MAX_REJECTED_BYTES + 10_000
    assert found["rows"] == found["rejected"] < MAX_REJECTED_ROWS


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.json", b"[" + b"{}," * 200_000 + b"{}]"),
        ("x.json", b"{}\n" * 200_000),
        ("x.jsonl", b"{}\n" * 200_000),
        ("x.jsonl.gz", gzip.compress(b"x\n" * 200_000)),
        ("x.tsv", f"{HEADER}\n".replace(",", "\t").encode() + b"a\n" * 200_000),
    ],
    ids=["array", "lines in .json", "lines", "no JSON", "table"],
)
def test_every_format_is_refused_after_a_bounded_number_of_rejected_rows(
    cloud: Cloud, said: Said, name: str, content: bytes
) -> None:
    record = cloud.drop(name, content)

    cloud.extract(record)

    found = report_on(cloud, record)
    assert found["refused"] == "too_many_rejections"
    assert found["rejected"] == MAX_REJECTED_ROWS
    assert found["rejected_bytes"] <= MAX_REJECTED_BYTES + 10_000
    [line] = [line for line in said() if "FileRefused" in line]
    assert (line["refused"], line["FileRefused"]) == ("too_many_rejections", [1.0])
    assert (line["source"], line["upload_id"]) == ("sourceB", found["upload_id"])


def test_the_corrected_file_stores_each_row_once(cloud: Cloud) -> None:
    rows = [f"c-{n},Turbines,goods,active" for n in range(3)]
    faulty = gzip.compress("\n".join([HEADER, *rows, *["a"] * (MAX_REJECTED_ROWS + 1)]).encode())
    corrected = "\n".join([HEADER, *rows, "c-9,Turbines,goods,active"])

    cloud.serve("sourceB")
    first = cloud.drop("x.csv.gz", faulty)
    cloud.extract(first)
    cloud.insert()
    failed = cloud.work(*cloud.queued())
    second = cloud.drop("x.csv", corrected)
    cloud.extract(second)
    cloud.insert()
    failed += cloud.work(*cloud.queued())

    assert failed == []
    assert report_on(cloud, first)["published"] == 3
    assert report_on(cloud, second)["published"] == 4
    assert sorted(cloud.rows()) == [f"CONTRACT#c-{n}" for n in (0, 1, 2, 9)]
    assert all(
        UploadKeys.from_upload(
            "uploads/sourceB/x.csv", second["s3"]["object"]["versionId"]
        ).upload_id
        in row["_event"]["id"]
        for row in cloud.rows().values()
    )


def test_a_large_file_may_have_a_rejected_row_for_each_kilobyte(cloud: Cloud) -> None:
    limit(cloud, max_bytes=20_000_000)

    record = cloud.drop("x.csv", f"{HEADER}\n" + "a\n" * 5_100_000)

    cloud.extract(record)

    found = report_on(cloud, record)
    assert found["rejected"] == record["s3"]["object"]["size"] // 1000 > MAX_REJECTED_ROWS
    assert found["refused"] == "too_many_rejections"


def test_a_file_with_as_many_rejected_rows_as_it_may_have_is_read_to_its_end(
    cloud: Cloud,
) -> None:
    rows = MAX_REJECTED_ROWS
    record = cloud.drop("x.csv", HEADER + "\n" + "a\n" * rows)

    cloud.extract(record)

    assert report_on(cloud, record)["rejected"] == rows
    assert report_on(cloud, record)["refused"] == ""
