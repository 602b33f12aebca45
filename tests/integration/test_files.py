"""Uploaded files through the real handlers on moto: extracted, inserted, reported."""

import gzip
import json
import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from ingestion.cli.client.uploader import NotUploaded, follow_report
from ingestion.cli.yaml_file import parse_yaml
from ingestion.errors import RejectedRecord, TransientFailure
from ingestion.files.bucket import Bucket
from ingestion.files.extraction import Extraction
from ingestion.files.report import Report
from ingestion.files.upload import UploadKeys
from ingestion.handlers import extractor, inserter
from tests.integration.cloud import Cloud, limit
from tests.integration.runtimes import MAX_UPLOAD_BYTES
from tests.support.added_entities import added
from tests.support.factories import (
    CANARY,
    NOON,
    Canned,
    Json,
    aws_error,
    canned,
    catalog_document,
    intercept,
)

UPLOAD = UploadKeys("sourceB", "upload-1")
MEASUREMENT_MODEL = '''"""A measurement of the network between two places."""

from typing import ClassVar

from entities.base import Entity
from entities.fields import EntityId, Number


class Measurement(Entity):
    """How long packets took, on the average (milliseconds)."""

    entity_name: ClassVar[str] = "MEASUREMENT"

    measurement_id: EntityId
    location: str
    source: str
    local_dest: str
    local_avg: Number | None = None
    remote_dest: str
    remote_avg: Number | None = None
'''
MEASUREMENT_SOURCE = """
network:
  path: network
  entities: [MEASUREMENT]
  auth: api_key
  files:
    key: [timestamp, location, source]
    time: timestamp
"""
MEASUREMENTS = """\
timestamp,location,source,local_dest,local_avg,remote_dest,remote_avg
1769860800.25,berlin,probe-1,10.0.0.1,0.61,192.0.2.7,12.5
1769860801.25,oslo,probe-2,10.0.0.1,0.5,192.0.2.7,
1769860802.25,oslo,probe-2,10.0.0.1,fast,192.0.2.7,9
"""
HEADER = "contract_id,contract_name,contract_type,contract_status"


def table(rows: int, bad: Callable[[int], bool] = lambda _: False) -> str:
    lines = (f"c-{n},{CANARY},{'gifts' if bad(n) else 'goods'},active" for n in range(1, rows + 1))
    return "\n".join([HEADER, *lines, ""])


def reports(cloud: Cloud) -> list[Json]:
    return [json.loads(cloud.content(key)) for key in cloud.keys("reports/")]


def report(cloud: Cloud) -> Json:
    [found] = reports(cloud)
    return found


def made(cloud: Cloud) -> dict[str, bytes]:
    """Return the objects made from uploads, except the reports, which hold times."""
    prefixes = ("extracted/", "rejected/", "inserted/")
    return {key: cloud.content(key) for prefix in prefixes for key in cloud.keys(prefix)}


def rejected_lines(cloud: Cloud) -> list[Json]:
    keys = cloud.keys("rejected/")
    return [json.loads(line) for key in keys for line in cloud.content(key).splitlines()]


def drain(cloud: Cloud, source: str = "sourceB") -> None:
    while records := cloud.queued(source):
        assert cloud.work(*records) == []


def test_every_row_of_a_file_is_stored_or_counted_as_rejected(
    cloud: Cloud, counts: Callable[[], dict[str, int]]
) -> None:
    record = cloud.drop("contracts.csv", table(50, bad=lambda n: n % 10 == 0))

    cloud.extract(record)
    between = report(cloud)
    cloud.insert()

    assert counts() == {
        "FileExtracted": 1,
        "RowAccepted": 45,
        "RowRejected": 5,
        "EventAccepted": 45,
    }
    found = report(cloud)
    assert between["state"] == "inserting"
    assert found["state"] == "done"
    assert found["rows"] == 50
    assert found["accepted"] == 45
    assert found["rejected"] == 5
    assert found["parts"] == 1
    assert found["rejections"] == {"invalid_entity": 5}
    assert found["started_at"] <= found["extracted_at"] <= found["inserted_at"]
    assert [line["line"] for line in rejected_lines(cloud)] == [11, 21, 31, 41, 51]
    drain(cloud)
    assert len(cloud.listed("CONTRACT")) == 45


def test_a_rejected_row_has_its_line_reason_and_content(cloud: Cloud) -> None:
    cloud.extract(cloud.drop("contracts.csv", table(1, bad=lambda _: True)))

    assert rejected_lines(cloud) == [
        {
            "line": 2,
            "errors": [
                {
                    "reason": "invalid_entity",
                    "field": "contract_type",
                    "message": "Input should be 'goods', 'works' or 'services'",
                }
            ],
            "row": ["c-1", CANARY, "gifts", "active"],
        }
    ]
    assert report(cloud)["examples"] == [
        {
            "line": 2,
            "reason": "invalid_entity",
            "message": "contract_type: Input should be 'goods', 'works' or 'services'",
        }
    ]
    assert report(cloud)["state"] == "done"


def test_a_part_has_a_maximum_number_of_rows(cloud: Cloud) -> None:
    cloud.extract(cloud.drop("contracts.csv", table(2 * Extraction.part_rows + 1)))

    lines = [len(cloud.content(key).splitlines()) for key in cloud.keys("extracted/")]
    assert lines == [Extraction.part_rows, Extraction.part_rows, 1]
    assert report(cloud)["parts"] == 3


def test_a_part_has_a_maximum_number_of_bytes(cloud: Cloud) -> None:
    limit(cloud, part_bytes=2_000)

    cloud.extract(cloud.drop("contracts.csv", table(100)))

    assert report(cloud)["parts"] > 10
    assert max(len(cloud.content(key)) for key in cloud.keys("extracted/")) < 3_000


@pytest.fixture
def small(cloud: Cloud) -> None:
    """Limit the size of parts, so that a small file has many."""
    limit(cloud, part_rows=10)


@pytest.mark.usefixtures("small")
def test_every_event_delivered_three_times_in_any_order_has_the_same_result(
    cloud: Cloud, counts: Callable[[], dict[str, int]]
) -> None:
    older, newer = table(30, bad=lambda n: n == 7), table(25).replace(CANARY, "newer")
    records = [cloud.drop("x.csv", older), cloud.drop("x.csv", newer), cloud.drop("y.csv", "no\n")]
    thrice = records * 3
    random.Random(1).shuffle(thrice)

    cloud.extract(*records)
    once = made(cloud)
    counts()
    for record in thrice:
        cloud.extract(record)
    assert counts() == {}
    keys = cloud.keys("extracted/") * 3
    random.Random(2).shuffle(keys)
    cloud.insert(*keys)

    assert {key: content for key, content in made(cloud).items() if key in once} == once
    assert sorted(found["state"] for found in reports(cloud)) == ["done"] * 3
    drain(cloud)
    rows = cloud.listed("CONTRACT")
    assert len(rows) == 30
    names = [rows[f"CONTRACT#c-{n}"]["contract_name"] for n in range(1, 31)]
    assert names == ["newer"] * 25 + [CANARY] * 5


class Killed(BaseException):
    """Ends the process of the function, so no error handler sees it."""


def kill_at(call: int) -> Iterator[None]:
    """Yield until the n-th call, then raise `Killed`."""
    for _ in range(call):
        yield
    raise Killed


def clean_run(cloud: Cloud, record: Json) -> dict[str, bytes]:
    cloud.extract(record)
    cloud.insert()
    found = made(cloud)
    for key in cloud.keys(""):
        if not key.startswith("uploads/"):
            cloud.s3.delete_object(Bucket=cloud.bucket, Key=key)
    return found


@pytest.mark.parametrize("operation", ["PutObject", "GetObject", "ListObjectsV2"])
@pytest.mark.usefixtures("small")
def test_a_crash_at_any_call_followed_by_a_retry_has_the_same_result(
    cloud: Cloud, operation: str
) -> None:
    record = cloud.drop("x.csv", table(45, bad=lambda n: n % 9 == 0))
    expected = clean_run(cloud, record)
    deaths: list[Iterator[None]] = []

    def die_sometimes(_: Json) -> None:
        for planned_death in deaths:
            next(planned_death)

    clients: list[Any] = [
        cloud.extractor_runtime.extraction.bucket.s3,
        cloud.inserter_runtime.bucket.s3,
    ]
    for client in clients:
        intercept(client, operation, die_sometimes)
    for call in range(30):
        deaths[:] = [kill_at(call)]
        try:
            cloud.extract(record)
            cloud.insert()
        except Killed:
            deaths.clear()
            cloud.extract(record)
            cloud.insert()
        else:
            break
    else:
        pytest.fail("every run was killed")

    assert made(cloud) == expected
    assert report(cloud)["state"] == "done"
    assert report(cloud)["rows"] == 45


@pytest.mark.usefixtures("small")
def test_a_file_that_outlasts_one_invocation_is_continued_in_the_next(cloud: Cloud) -> None:
    record = cloud.drop("x.csv.gz", gzip.compress(table(45, lambda n: n % 9 == 0).encode()))
    expected = clean_run(cloud, record)
    handed_on: list[Json] = []

    def note(call: Json) -> Canned:
        handed_on.append(call)
        return canned({"StatusCode": 202}, 202)

    intercept(cloud.extractor_runtime.lambda_client, "Invoke", note)
    cloud.extract(record, seconds=1)
    progress = [report(cloud)["rows"]]
    while handed_on:
        call = handed_on.pop()
        assert call["FunctionName"] == "function-1"
        assert call["InvocationType"] == "Event"
        cloud.extract(*json.loads(call["Payload"])["Records"], seconds=1)
        progress.append(report(cloud)["rows"])
    cloud.insert()

    assert progress == [10, 20, 30, 40, 45]
    assert made(cloud) == expected


@pytest.mark.usefixtures("small")
def test_rejected_rows_are_kept_per_part(cloud: Cloud) -> None:
    record = cloud.drop("x.csv", table(45, bad=lambda n: n in (1, 9) or 11 <= n <= 20 or n == 45))

    cloud.extract(record)
    cloud.insert()

    rejected = {
        Path(key).name: [json.loads(line)["line"] for line in cloud.content(key).splitlines()]
        for key in cloud.keys("rejected/")
    }
    assert rejected == {
        "part-00001.jsonl": [2, 10],
        "part-00002.jsonl": list(range(12, 22)),
        "part-00005.jsonl": [46],
    }
    extracted = [Path(key).name for key in cloud.keys("extracted/")]
    assert extracted == [f"part-{number:05}.jsonl" for number in (1, 3, 4, 5)]
    assert report(cloud)["parts"] == 5
    assert report(cloud)["state"] == "done"


def lines(objects: dict[str, bytes], prefix: str) -> list[bytes]:
    return sorted(
        line
        for key, content in objects.items()
        if key.startswith(prefix)
        for line in content.splitlines()
    )


@pytest.mark.usefixtures("small")
def test_a_file_begun_by_a_version_that_counted_other_rows_is_refused_with_its_rows_so_far(
    cloud: Cloud,
) -> None:
    record = cloud.drop("x.csv", table(45))
    intercept(
        cloud.extractor_runtime.lambda_client, "Invoke", lambda _: canned({"StatusCode": 202}, 202)
    )
    cloud.extract(record, seconds=1)
    begun = {name: value for name, value in report(cloud).items() if name != "reader_version"}
    [report_key] = cloud.keys("reports/")
    cloud.s3.put_object(Bucket=cloud.bucket, Key=report_key, Body=json.dumps(begun).encode())

    cloud.extract(record)
    cloud.insert()

    assert report(cloud)["refused"] == "older_version"
    assert report(cloud)["rows"] == begun["rows"] > 0
    assert report(cloud)["state"] == "done"


@pytest.mark.usefixtures("small")
def test_a_part_that_another_run_is_writing_is_not_counted_as_written(cloud: Cloud) -> None:
    record = cloud.drop("x.csv", table(25))
    s3 = cloud.extractor_runtime.extraction.bucket.s3
    conflicts = [aws_error("ConditionalRequestConflict", 409)]

    def conflict_once(call: Json) -> Canned | None:
        return conflicts.pop() if "part-00002" in call["Key"] and conflicts else None

    intercept(s3, "PutObject", conflict_once)
    with pytest.raises(Exception, match="ConditionalRequestConflict"):
        cloud.extract(record)
    cloud.extract(record)

    assert len(cloud.keys("extracted/")) == 3
    assert report(cloud)["state"] == "inserting"


@pytest.mark.usefixtures("small")
def test_two_concurrent_runs_have_the_result_of_one(cloud: Cloud) -> None:
    record = cloud.drop("x.csv", table(45, bad=lambda n: n % 9 == 0))
    expected = clean_run(cloud, record)
    started: list[None] = []

    def start_another(call: Json) -> None:
        if "part-00002" in call["Key"] and not started:
            started.append(None)
            cloud.extract(record)

    intercept(cloud.extractor_runtime.extraction.bucket.s3, "PutObject", start_another)
    cloud.extract(record)
    cloud.insert()

    assert started
    assert made(cloud) == expected
    assert report(cloud)["state"] == "done"


@pytest.mark.usefixtures("small")
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


def test_a_file_outside_the_folders_of_sources_is_refused(cloud: Cloud) -> None:
    record = cloud.drop("x.csv", table(1))
    record["s3"]["object"]["key"] = "uploads/x.csv"

    cloud.extract(record)

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


def test_no_row_is_logged(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    cloud.extract(cloud.drop("x.csv", table(9, bad=lambda n: n % 2 == 0)))
    cloud.insert()

    printed = capsys.readouterr()
    assert CANARY not in printed.out + printed.err
    assert "FileExtracted" in printed.out


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

    with pytest.raises(NotUploaded, match="ingest dlq list"):
        list(reports)


@pytest.fixture
def measurement(tmp_path: Path) -> Iterator[None]:
    """Add a model file to the entities."""
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "measurement.py").write_text(MEASUREMENT_MODEL)
    with added(folder):
        yield


@pytest.mark.usefixtures("measurement")
def test_a_new_source_needs_one_catalog_entry_and_one_model_file(cloud: Cloud) -> None:
    document = catalog_document()
    document["sources"] |= parse_yaml(MEASUREMENT_SOURCE)
    cloud.write_catalog(document)

    cloud.extract(cloud.drop("2026-01-31.csv", MEASUREMENTS, source="network"))
    cloud.insert()
    cloud.serve("network", cloud.dead_letter_queue_urls["sourceB"])
    lines = [line for key in cloud.keys("extracted/") for line in cloud.content(key).splitlines()]
    assert cloud.work(*(line.decode() for line in lines)) == []

    assert report(cloud)["accepted"] == 2
    assert report(cloud)["rejections"] == {"invalid_entity": 1}
    item = cloud.rows()["MEASUREMENT#1769860800.25/berlin/probe-1"]
    assert item["_event"]["time"] == "2026-01-31T12:00:00.250000Z"
    assert item["local_avg"] == Decimal("0.61")
    assert item["source"] == "probe-1"
    assert "remote_avg" not in cloud.rows()["MEASUREMENT#1769860801.25/oslo/probe-2"]
