"""Requests in quarantine are shown with their request, and redriven after their rules changed."""

import httpx
import pytest

from ingestion.cli.console.dead_letters import redriving
from tests.integration.cloud import Cloud
from tests.integration.console.dead_letters.pages import confirm, open_page
from tests.integration.console.reading import text_of
from tests.integration.quarantine.conftest import (
    QUARANTINING,
    RULE,
    invoked,
    kept,
    planned,
    set_rules,
)
from tests.integration.quarantine.redriving import FIXED, RENAMED
from tests.support.factories import Json

__all__ = ["QUARANTINING", "invoked", "planned"]  # Fixtures.


@pytest.fixture(autouse=True)
def _quarantining(cloud: Cloud) -> None:
    set_rules(cloud, RULE)


def test_a_request_is_shown_with_names_but_no_values(
    cloud: Cloud,
    invoked: list[Json],
    console: httpx.Client,
) -> None:
    cloud.post(RENAMED)
    link = _link(open_page(console))

    shown = text_of(open_page(console, link))
    personal = text_of(open_page(console, link, personal="1"))

    assert "A redrive would fail again: unmatched: payload 0" in shown
    assert "Not editable: a request in quarantine cannot be edited: correct the rules" in shown
    assert '"content-type": "application/json"' in shown
    assert "Turbines" not in shown
    assert "Turbines" in personal
    assert len(invoked) == 2


def test_a_request_is_redriven_after_its_rules_changed(
    cloud: Cloud,
    invoked: list[Json],
    console: httpx.Client,
) -> None:
    cloud.post(RENAMED)
    set_rules(cloud, FIXED)

    page = open_page(console, "/dead-letters/redrive", reason="quarantined")
    end = confirm(console, page)

    assert "1 would be redriven" in text_of(page)
    assert "Redrove 1 dead letter." in text_of(end)
    assert [event["redrive"]["is_dry"] for event in invoked][:2] == [True, True]
    assert (kept(cloud), len(cloud.queued())) == ([], 2)


def test_a_page_checks_only_some_of_many_requests(
    cloud: Cloud,
    invoked: list[Json],
    console: httpx.Client,
) -> None:
    for number in range(redriving.MAX_CALLS + 1):
        cloud.post(RENAMED | {"number": number})

    shown = text_of(open_page(console, "/dead-letters/redrive", reason="quarantined"))

    assert "1 request in quarantine is checked when it is redriven" in shown
    assert len(invoked) == redriving.MAX_CALLS


def test_a_dropped_request_is_deleted(cloud: Cloud, console: httpx.Client) -> None:
    cloud.post(RENAMED)

    page = open_page(console, "/dead-letters/drop", reason="quarantined")
    end = confirm(console, page)

    assert "1 request in quarantine is deleted too." in text_of(page)
    assert "Dropped 1 dead letter." in text_of(end)
    assert kept(cloud) == []


def _link(page: httpx.Response) -> str:
    return page.text.partition('data-label="Event"><a href="')[2].partition('"')[0]
