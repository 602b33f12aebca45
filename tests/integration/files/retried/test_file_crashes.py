"""A file settles after a crash at any call of S3, and a crash never hides a loss."""

from typing import Any

import pytest

from tests.integration.cloud import Cloud, limit
from tests.integration.conftest import Said
from tests.support.canned import intercept
from tests.support.factories import Json
from tests.support.files.dropped import keys_of, report_on, table, write

MOST_CALLS = 60


class Killed(BaseException):
    """Ends the process of the function, so no error handler sees it."""


class Countdown:
    """Kills the process at a call. A killed process makes no further call."""

    def __init__(self, cloud: Cloud) -> None:
        self.left = MOST_CALLS
        extractor, inserter = (
            cloud.extractor_runtime.extraction.bucket,
            cloud.inserter_runtime.bucket,
        )
        for client in (extractor.s3, inserter.s3):
            for operation in ("PutObject", "GetObject", "ListObjectsV2"):
                intercept(client, operation, self._count)

    def _count(self, _: Json) -> None:
        self.left -= 1
        if self.left < 0:
            raise Killed


def process(cloud: Cloud, record: Json, lost: int) -> None:
    """Extract and insert the file. The first part loses this many events before it is inserted."""
    cloud.extract(record)
    keys = keys_of(record)
    parts = cloud.keys(keys.prefix("extracted"))
    if lost and not cloud.keys(keys.prefix("inserted")):
        write(
            cloud,
            parts[0],
            b"".join(cloud.content(parts[0]).splitlines(keepends=True)[: 2 - lost]),
        )
    cloud.insert(*parts)


@pytest.mark.parametrize(("lost", "state"), [(0, "done"), (1, "unbalanced")])
def test_a_file_settles_after_a_crash_at_any_call(
    cloud: Cloud, said: Said, lost: int, state: str
) -> None:
    limit(cloud, part_rows=2)
    countdown = Countdown(cloud)

    for call in range(MOST_CALLS):
        record = cloud.drop("x.csv", table(3))
        said()
        countdown.left = call
        was_killed = False
        try:
            process(cloud, record, lost)
        except Killed:
            was_killed = True
            countdown.left = MOST_CALLS
            process(cloud, record, lost)

        found = report_on(cloud, record)
        lines: list[Any] = [line for line in said() if "FileUnbalanced" in line]
        assert found["state"] == state
        assert found["rows"] == 3
        assert found["published"] == 3 - lost
        assert len(lines) >= lost
        if not was_killed:
            return
    pytest.fail("every run was killed")
