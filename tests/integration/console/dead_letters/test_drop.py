"""A drop asks first, and deletes what was shown."""

import httpx

from ingestion.cli.console.runtime import Runtime
from tests.integration.cloud import Cloud
from tests.integration.console.dead_letters.pages import (
    ALIKE,
    confirm,
    events_of,
    open_page,
    read_again,
)
from tests.integration.console.reading import text_of
from tests.integration.dead_letters.examples import audited, dead_letter, leases
from tests.support.canned import Canned, aws_error, intercept
from tests.support.factories import Json

DROP = "/dead-letters/drop"


def test_the_question_says_what_is_deleted_and_deletes_nothing(
    cloud: Cloud, console: httpx.Client
) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"))

    shown = text_of(open_page(console, DROP, **ALIKE, entity="CONTRACT"))

    assert "This deletes 2 dead letters permanently." in shown
    assert "ingest dlq drop --source sourceB --reason invalid_entity --entity CONTRACT" in shown
    assert len(cloud.dead_letters()) == 2


def test_confirmed_dead_letters_are_deleted(cloud: Cloud, console: httpx.Client) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"), {"id": "r-3", "type": "rocket.upsert"})

    page = open_page(console, DROP, id="c-1")
    end = confirm(console, page)

    assert "ingest dlq drop c-1" in text_of(page)
    assert "Dropped 1 dead letter." in text_of(end)
    assert sorted(events_of(read_again(console))) == ["c-2", "r-3"]
    assert audited() == [("drop", "c-1")]


def test_a_selection_that_changed_since_is_not_deleted(cloud: Cloud, console: httpx.Client) -> None:
    dead_letter(cloud, *leases("c-1"))
    page = open_page(console, DROP, **ALIKE)
    dead_letter(cloud, *leases("c-2"))
    read_again(console)

    again = confirm(console, page)

    assert again.status_code == 409
    assert "This deletes 2 dead letters permanently." in text_of(again)
    assert len(cloud.dead_letters()) == 2


def test_a_drop_that_cannot_be_audited_deletes_nothing(
    cloud: Cloud, console: httpx.Client, runtime: Runtime
) -> None:
    dead_letter(cloud, *leases("c-1"))

    def refuse(_: Json) -> Canned:
        return aws_error("AccessDeniedException", 400, "no logs:PutLogEvents for you")

    intercept(runtime.deployment.client("logs"), "PutLogEvents", refuse)
    end = text_of(confirm(console, open_page(console, DROP, **ALIKE)))

    assert "no logs:PutLogEvents for you" in end
    assert "Nothing was changed." in end
    assert len(cloud.dead_letters()) == 1
