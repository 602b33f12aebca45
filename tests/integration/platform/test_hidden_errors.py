"""The errors of functions hide their messages."""

from collections.abc import Callable
from functools import partial

import pytest
from botocore.client import BaseClient

from ingestion.telemetry.redaction import UnexpectedError
from tests.integration.cloud import Cloud
from tests.support.canned import intercept
from tests.support.factories import CANARY, Json, event, lines, submission


def break_down(_: Json) -> None:
    raise RuntimeError(CANARY)


BREAKDOWNS: dict[str, Callable[[Cloud], tuple[BaseClient, str, Callable[[], object]]]] = {
    "api": lambda cloud: (
        cloud.api_runtime.router.sns,
        "PublishBatch",
        lambda: cloud.post(submission()),
    ),
    "query": lambda cloud: (
        cloud.query_runtime.reader.dynamodb,
        "Query",
        lambda: cloud.read("CONTRACT"),
    ),
    "extractor": lambda cloud: (
        cloud.extractor_runtime.extraction.bucket.s3,
        "GetObject",
        partial(cloud.extract, cloud.drop("c.jsonl", "{}")),
    ),
    "inserter": lambda cloud: (
        cloud.inserter_runtime.bucket.s3,
        "GetObject",
        lambda: cloud.insert("extracted/sourceB/1/part-00001.jsonl"),
    ),
    "changes": lambda cloud: (
        cloud.changes_runtime.router.sns,
        "PublishBatch",
        lambda: cloud.publish_changes(cloud.stream()),
    ),
}


@pytest.mark.parametrize("prepare", BREAKDOWNS.values(), ids=BREAKDOWNS)
def test_the_final_error_of_a_function_hides_its_message(
    cloud: Cloud, prepare: Callable[[Cloud], tuple[BaseClient, str, Callable[[], object]]]
) -> None:
    cloud.work(event())
    client, operation, act = prepare(cloud)
    intercept(client, operation, break_down)

    with pytest.raises(UnexpectedError, match=r"^RuntimeError at ") as raised:
        act()

    assert CANARY not in str(raised.value)


def test_the_worker_logs_where_a_bug_raised_but_not_its_message(
    cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    intercept(cloud.worker_runtime.store.dynamodb, "PutItem", break_down)

    cloud.work(event())

    output = "".join(capsys.readouterr())
    assert lines(output)[0]["error"].startswith("RuntimeError at store/table.py:")
    assert CANARY not in output
