"""An extraction that is repeated, interrupted or concurrent has the result of one run."""

import gzip
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.integration.cloud import Cloud, limit
from tests.integration.files.contracts import drain, report, reports, table
from tests.support.canned import canned, intercept
from tests.support.factories import CANARY, Json
from tests.support.files.continued import extract_in_runs


def made(cloud: Cloud) -> dict[str, bytes]:
    """Return the objects made from uploads, except the reports, which hold times."""
    prefixes = ("extracted/", "rejected/", "inserted/")
    return {key: cloud.content(key) for prefix in prefixes for key in cloud.keys(prefix)}


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


def planned_deaths(cloud: Cloud, operation: str) -> list[Iterator[None]]:
    """Return a list whose items are advanced by each such call of either function."""
    deaths: list[Iterator[None]] = []

    def die_sometimes(_: Json) -> None:
        for planned_death in deaths:
            next(planned_death)

    buckets = (cloud.extractor_runtime.extraction.bucket, cloud.inserter_runtime.bucket)
    for bucket in buckets:
        client: Any = bucket.s3
        intercept(client, operation, die_sometimes)
    return deaths


@pytest.mark.parametrize("operation", ["PutObject", "GetObject", "ListObjectsV2"])
@pytest.mark.usefixtures("small")
def test_a_crash_at_any_call_followed_by_a_retry_has_the_same_result(
    cloud: Cloud, operation: str
) -> None:
    record = cloud.drop("x.csv", table(45, bad=lambda n: n % 9 == 0))
    expected = clean_run(cloud, record)
    deaths = planned_deaths(cloud, operation)

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

    runs = [(call, report(cloud)["rows"]) for call in extract_in_runs(cloud, record)]
    cloud.insert()

    assert [rows for _, rows in runs] == [10, 20, 30, 40, 45]
    calls = {(call["FunctionName"], call["InvocationType"]) for call, _ in runs if call}
    assert calls == {("function-1", "Event")}
    assert made(cloud) == expected


@pytest.mark.usefixtures("small")
def test_a_run_that_is_killed_counts_as_a_run(cloud: Cloud) -> None:
    limit(cloud, max_runs=2)
    record = cloud.drop("x.csv", table(45))
    deaths = planned_deaths(cloud, "PutObject")

    for _ in range(2):
        deaths[:] = [kill_at(1)]  # The first call counts the run in the report.
        with pytest.raises(Killed):
            cloud.extract(record)
    deaths.clear()
    cloud.extract(record)

    assert report(cloud)["runs"] == 3
    assert report(cloud)["refused"] == "too_many_runs"
    assert report(cloud)["rows"] == 0


@pytest.mark.usefixtures("small")
def test_a_file_begun_by_a_version_that_counted_other_rows_is_refused_with_its_rows_so_far(
    cloud: Cloud,
) -> None:
    record = cloud.drop("x.csv", table(45))
    intercept(
        cloud.extractor_runtime.lambda_client, "Invoke", lambda _: canned({"StatusCode": 202}, 202)
    )
    cloud.extract(record, seconds=50)
    begun = {name: value for name, value in report(cloud).items() if name != "reader_version"}
    [report_key] = cloud.keys("reports/")
    cloud.s3.put_object(Bucket=cloud.bucket, Key=report_key, Body=json.dumps(begun).encode())

    cloud.extract(record)
    cloud.insert()

    assert report(cloud)["refused"] == "older_version"
    assert report(cloud)["rows"] == begun["rows"] > 0
    assert report(cloud)["state"] == "done"


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
