"""Which objects are extracted, and why a file is refused."""

import gzip
import random

import pytest

from ingestion.handlers import extractor, inserter
from tests.integration.cloud import Cloud
from tests.integration.files.contracts import HEADER, report, reports, table
from tests.integration.runtimes import MAX_UPLOAD_BYTES


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("x.pdf", b"%PDF", "unknown_format"),
        ("x.csv", b"", "empty"),
        ("x.csv", b"a,b,a\n", "duplicate_column"),
        ("x.csv", f"{HEADER},colour\n".encode(), "unknown_column"),
        ("x.csv", b"contract_id\n", "missing_column"),
        ("x.json", b"[", "not_json"),
        ("x.xlsx", b"PK", "not_a_workbook"),
        ("x.csv.gz", b"no gzip", "damaged_archive"),
        ("x.csv.gz", gzip.compress(bytes(70_000_000)), "unpacks_to_too_much"),
        ("x.csv", b"x" * (MAX_UPLOAD_BYTES + 1), "too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_unreadable_file_is_refused_with_a_reason_in_its_report(
    cloud: Cloud, name: str, content: bytes, reason: str
) -> None:
    cloud.extract(cloud.drop(name, content))

    found = report(cloud)
    assert found["state"] == "done"
    assert found["refused"] == reason
    assert found["accepted"] == 0
    assert found["detail"]
    assert found["rows"] == found["accepted"] + found["rejected"]


def test_rows_before_the_damage_of_a_file_are_kept(cloud: Cloud) -> None:
    names = random.Random(1)
    rows = "".join(f"c-{n},{names.randbytes(40).hex()},goods,active\n" for n in range(6_000))

    cloud.extract(cloud.drop("x.csv.gz", gzip.compress(f"{HEADER}\n{rows}".encode())[:-8]))

    found = report(cloud)
    lines = sum(len(cloud.content(key).splitlines()) for key in cloud.keys("extracted/"))
    assert found["state"] == "inserting"
    assert found["refused"] == "damaged_archive"
    assert found["accepted"] == found["rows"] == lines > 3_000


@pytest.mark.parametrize("source", ["sourceX", "operator"])
def test_a_file_of_an_unknown_source_is_refused(cloud: Cloud, source: str) -> None:
    cloud.extract(cloud.drop("x.csv", table(1), source=source))

    assert report(cloud)["refused"] == "unknown_source"


def test_a_file_that_was_deleted_before_extraction_is_refused(cloud: Cloud) -> None:
    record = cloud.drop("x.csv", table(1))
    thing = record["s3"]["object"]
    cloud.s3.delete_object(Bucket=cloud.bucket, Key=thing["key"], VersionId=thing["versionId"])

    cloud.extract(record)

    assert report(cloud)["refused"] == "gone"


def test_the_version_that_the_event_names_is_read(cloud: Cloud) -> None:
    older = cloud.drop("x.csv", table(3))
    cloud.drop("x.csv", "no table")

    cloud.extract(older)

    assert report(cloud)["accepted"] == 3


def test_url_encoded_names_are_decoded(cloud: Cloud) -> None:
    cloud.extract(cloud.drop("Verträge 1+2 (neu)/50%.csv", table(2)))

    assert report(cloud)["accepted"] == 2


def test_folders_and_test_notifications_are_ignored(cloud: Cloud) -> None:
    cloud.extract(cloud.drop("folder/", b""))
    extractor.handle({"Event": "s3:TestEvent"}, None, cloud.extractor_runtime)  # type: ignore[arg-type]
    inserter.handle({"Event": "s3:TestEvent"}, None, cloud.inserter_runtime)  # type: ignore[arg-type]

    assert reports(cloud) == []
