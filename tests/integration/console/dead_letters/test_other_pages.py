"""Other pages hide no dead letters from work that changes them."""

from typing import Any

import boto3
import httpx
import pytest

from ingestion.cli.console.runtime import Runtime
from ingestion.cli.logs.functions import log_groups
from tests.integration.cloud import Cloud
from tests.integration.console.reading import finish, text_of
from tests.integration.dead_letters.failed_calls import Functions, give_up
from tests.integration.uploads.retrying import refused
from tests.support.factories import contract, event
from tests.support.files.dropped import keys_of, table


@pytest.fixture
def received(runtime: Runtime) -> list[str]:
    """Return the URLs of the queues that the console receives from, from now on."""
    urls: list[str] = []

    def note(params: dict[str, Any], **_: Any) -> None:
        urls.append(params["QueueUrl"])

    events = runtime.deployment.client("sqs").meta.events
    events.register("provide-client-params.sqs.ReceiveMessage", note)
    return urls


def test_during_a_change_pages_show_what_was_read_before(
    cloud: Cloud, runtime: Runtime, console: httpx.Client, received: list[str]
) -> None:
    for group in log_groups(runtime.deployment).values():
        boto3.client("logs").create_log_group(logGroupName=group)
    cloud.work(event(contract(contract_type="none"), id="7"))
    failed = cloud.drop("failed.csv", table(2))
    give_up(cloud, record=failed)
    runtime.dead_letters.start_reading(runtime.deployment).result()
    received.clear()
    upload = f"/files/{keys_of(failed).upload_id}"

    with runtime.dead_letters.changing(runtime.deployment):
        trace = console.get("/trace", params={"id": "7"})
        pages = [console.get(path) for path in ("/files?state=stuck", upload, f"{upload}/retry")]
        during = received.copy()
    after = console.get("/trace", params={"id": "7"})

    assert during == []
    for page in (trace, after):
        assert "dead letter 7 in sourceB" in text_of(page)
    assert ["failed.csv" in text_of(page) for page in pages] == [True, True, True]
    assert received != []


def test_a_retry_of_a_file_waits_for_the_end_of_a_change(
    cloud: Cloud, runtime: Runtime, console: httpx.Client, functions: Functions
) -> None:
    path = f"/files/{keys_of(refused(cloud)).upload_id}/retry"
    runtime.dead_letters.start_reading(runtime.deployment).result()

    with runtime.dead_letters.changing(runtime.deployment):
        response = console.post(path, params={"force": "1"})
        pages = [console.get(response.url.path) for _ in range(50)]
        calls = functions.calls.copy()
    ended = finish(console, console.get(response.url.path))

    assert all("In progress" in text_of(page) for page in pages)
    assert calls == []
    assert "is being read again." in text_of(ended)
    assert len(functions.calls) == 1
