"""`ingest files list` prints the uploads of the bucket with their states."""

import json
from datetime import timedelta
from typing import Any

import pytest

from ingestion.cli.checkout import Checkout
from ingestion.cli.environment import Deployment
from ingestion.cli.files.found_uploads import find_uploads
from ingestion.cli.files.upload_status import StatusReader
from ingestion.files.report import new_report
from ingestion.files.upload import Upload
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.failed_calls import give_up
from tests.integration.uploads.conftest import message
from tests.integration.used_grants import RecordingSession
from tests.support.factories import Json
from tests.support.files.dropped import keys_of, shorten, table, write


def listed(ingest: Ingest, *options: str) -> list[Json]:
    result = ingest("list", "-o", "json", *options)
    assert result.exit_code == 0, result.output
    found: list[Json] = json.loads(result.stdout)
    return found


def states(found: list[Json]) -> dict[str, str]:
    return {each["name"]: each["state"] for each in found}


def finish(cloud: Cloud, record: Json) -> Json:
    """Extract and insert an upload."""
    cloud.extract(record)
    cloud.insert()
    return record


def test_each_upload_is_listed_once_with_its_state_and_its_counts(
    cloud: Cloud, ingest: Ingest
) -> None:
    done = finish(cloud, cloud.drop("done.csv", table(3, bad=lambda n: n == 2)))
    finish(cloud, cloud.drop("refused.csv", "colour\n"))
    lost = cloud.drop("unbalanced.csv", table(2))
    cloud.extract(lost)
    shorten(cloud, keys_of(lost).part_key("extracted", 1))
    cloud.insert()
    failed = cloud.drop("failed.csv", table(2))
    give_up(cloud, record=failed)
    part = cloud.drop("failed part.csv", table(2))
    cloud.extract(part)
    part_key = keys_of(part).part_key("extracted", 1)
    give_up(cloud, "inserter", {"s3": {"object": {"key": part_key}}})
    give_up(cloud, requestPayload={"Records": ["no record"]})
    cloud.extract(cloud.drop("inserting.csv", table(2)))
    cloud.drop("waiting.csv", table(2))
    cloud.drop("folder/", "")

    found = listed(ingest)

    assert states(found) == {
        "done.csv": "done",
        "refused.csv": "refused",
        "unbalanced.csv": "unbalanced",
        "failed.csv": "stuck",
        "failed part.csv": "stuck",
        "inserting.csv": "inserting",
        "waiting.csv": "waiting",
    }
    first = next(each for each in found if each["name"] == "done.csv")
    assert first["upload_id"] == keys_of(done).upload_id
    assert (first["source"], first["rows"], first["rejected"]) == ("sourceB", 3, 1)
    assert states(listed(ingest, "--state", "stuck")).keys() == {"failed.csv", "failed part.csv"}


def test_uploads_are_limited_by_number_time_and_source(cloud: Cloud, ingest: Ingest) -> None:
    for name in ("x.csv", "y.csv"):
        cloud.drop(name, table(1))
    cloud.drop("z.csv", table(1), source="sourceA")

    some = ingest("list", "--limit", "2")
    later = ingest("list", "--since", "2999-01-01T00:00:00Z")

    assert "There may be more" in message(some)
    assert len(some.stdout.split(".csv")) == 3
    assert "No upload matches: --since 2999-01-01T00:00:00Z." in message(later)
    assert states(listed(ingest, "--since", "1h", "--source", "sourceA")) == {"z.csv": "waiting"}


def test_the_reports_on_folders_of_no_source_have_one_place(cloud: Cloud, ingest: Ingest) -> None:
    finish(cloud, cloud.drop("x.csv", table(1), source="sourceX"))
    stray = cloud.drop("x.csv", table(1))
    stray["s3"]["object"]["key"] = "uploads/sourceY/y.csv"
    finish(cloud, stray)
    finish(cloud, cloud.drop("z.csv", table(1)))

    found = listed(ingest, "--source", "files")

    assert states(found) == {"x.csv": "refused", "y.csv": "refused"}
    assert {each["refused"] for each in found} == {"unknown_source"}
    assert {each["source"] for each in found} == {"files"}
    assert len(cloud.keys("reports/files/")) == 2
    assert states(listed(ingest)).keys() == {"x.csv", "y.csv", "z.csv"}


def test_an_unknown_source_is_named_with_those_that_exist(ingest: Ingest) -> None:
    result = ingest("list", "--source", "sourcB")

    assert result.exit_code == 2
    assert (
        "local has no source 'sourcB': there are sourceA, sourceB, sourceC, documents, files"
        in message(result)
    )
    assert 'did you mean "sourceB"?' in message(result)


def test_an_upload_of_a_removed_source_keeps_its_report_in_its_place(
    cloud: Cloud, ingest: Ingest
) -> None:
    record = cloud.drop("x.csv", table(1), source="sourceX")
    started = new_report(Upload.from_record(record), "sourceX")
    write(cloud, keys_of(record).report_key, started.model_dump_json().encode())

    cloud.extract(record)

    [found] = listed(ingest, "--source", "sourceX")
    assert (found["state"], found["refused"]) == ("refused", "unknown_source")
    assert cloud.keys("reports/files/") == []


@pytest.mark.parametrize(("silence", "state"), [(0, "stuck"), (1, "inserting")])
@pytest.mark.usefixtures("ingest")
def test_an_upload_without_progress_is_stuck(
    cloud: Cloud, checkout: Checkout, silence: int, state: str
) -> None:
    cloud.extract(cloud.drop("x.csv", table(1)))
    deployment = Deployment.load("local", checkout)
    reader = StatusReader(deployment, stuck_after=timedelta(hours=silence))

    [status] = reader.read_statuses(find_uploads(deployment))

    assert status.state == state


def test_a_finished_upload_costs_one_call(
    cloud: Cloud, ingest: Ingest, session: RecordingSession
) -> None:
    for name in ("x.csv", "y.csv", "z.csv"):
        finish(cloud, cloud.drop(name, table(1)))
    calls: list[str] = []

    def note(model: Any, **_: Any) -> None:
        calls.append(model.name)

    with session.hooked("before-call", note):
        listed(ingest)

    assert sorted(calls) == ["GetObject"] * 3 + ["ListObjectVersions", "ListObjectsV2"]


@pytest.mark.parametrize(
    "key", ["reports/", "reports/sourceB/", "reports/notes.txt", "reports/sourceB/old/x.json"]
)
def test_an_object_that_is_no_report_is_not_listed(cloud: Cloud, ingest: Ingest, key: str) -> None:
    finish(cloud, cloud.drop("x.csv", table(1)))
    write(cloud, key, b"")

    unknown = ingest("show", "0" * 32)

    assert states(listed(ingest)) == {"x.csv": "done"}
    assert states(listed(ingest, "--source", "sourceB")) == {"x.csv": "done"}
    assert unknown.exit_code == 3


def test_only_uploads_with_rejected_rows_are_listed(cloud: Cloud, ingest: Ingest) -> None:
    finish(cloud, cloud.drop("half.csv", table(3, bad=lambda n: n == 2)))
    finish(cloud, cloud.drop("good.csv", table(1)))

    found = listed(ingest, "--with-rejected")
    none = ingest("list", "--with-rejected", "--state", "waiting")

    assert states(found) == {"half.csv": "done"}
    assert "No upload with rejected rows matches: --state waiting." in none.stderr
