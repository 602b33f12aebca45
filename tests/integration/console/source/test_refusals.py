"""What a source was refused leads to its dead letters, if there can be such."""

import re

import httpx
import pytest

from ingestion.cli.console.runtime import Runtime
from tests.integration.console.reading import text_of
from tests.integration.status.measured import platform, put_metric
from tests.support.terraform.planned import Plan


@pytest.mark.usefixtures("deployment")
def test_every_link_to_dead_letters_shows_their_list(
    console: httpx.Client, runtime: Runtime, planned: Plan
) -> None:
    ours = platform(planned)
    for reason, count in (("", 9), ("not_storable", 2), ("moved_by_queue", 3)):
        put_metric(ours, "EventDeadLettered", "sourceB", count, reason=reason)
    for reason in ("", "unmatched"):
        put_metric(ours, "RequestQuarantined", "sourceB", 5, reason=reason)
    for reason in ("", "too_large"):
        put_metric(ours, "EventRejected", "sourceB", 1, reason=reason)

    runtime.dead_letters.start_reading(runtime.deployment).result()

    page = console.get("/sources/sourceB/activity")
    urls = [url.replace("&amp;", "&") for url in re.findall(r'href="(/dead-.*?)"', page.text)]
    statuses = {url.rpartition("=")[2]: console.get(url).status_code for url in urls}

    for words in ("not_storable 2", "moved_by_queue 3", "other 4", "unmatched 5", "too_large 1"):
        assert words in text_of(page)
    reasons = ("not_storable", "retries_exhausted", "quarantined")
    assert statuses == dict.fromkeys((*reasons, "sourceB"), 200)
