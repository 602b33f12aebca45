"""A redrive shows what would happen, then does it, and says what became of each dead letter."""

from threading import Event

import httpx
import pytest

from ingestion.cli.console.runtime import Runtime
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.console.dead_letters.pages import (
    confirm,
    events_of,
    open_page,
    read_again,
)
from tests.integration.console.reading import finish, text_of
from tests.integration.dead_letters.examples import (
    audited,
    dead_letter,
    leases,
    repaired,
    work_off,
)
from tests.support.canned import Canned, aws_error, intercept
from tests.support.factories import Json

REDRIVE = "/dead-letters/redrive"
WAIT_SECONDS = 120


def test_a_dry_run_says_what_would_happen_and_changes_nothing(
    cloud: Cloud, console: httpx.Client
) -> None:
    repaired(cloud, "c-1", "c-2")
    dead_letter(cloud, *leases("c-3"))

    page = open_page(console, REDRIVE, source="sourceB")

    shown = text_of(page)
    assert "Redrive 3 dead letters?" in shown
    assert "2 would be redriven" in shown
    assert "1 would fail again: it stays a dead letter" in shown
    assert "c-3: invalid_entity: data.contract_type" in shown
    assert "ingest dlq redrive --source sourceB" in shown
    assert len(cloud.dead_letters()) == 3
    assert (cloud.queued(), audited()) == ([], [])


def test_a_confirmed_redrive_keeps_those_that_would_fail(
    cloud: Cloud, console: httpx.Client
) -> None:
    repaired(cloud, "c-1", "c-2")
    dead_letter(cloud, *leases("c-3"))

    end = confirm(console, open_page(console, REDRIVE, source="sourceB"))
    left = open_page(console, source="sourceB")

    shown = text_of(end)
    assert "Redrove 2 dead letters." in shown
    assert "1 dead letter would fail again and stay:" in shown
    assert "c-3: invalid_entity: data.contract_type" in shown
    assert events_of(left) == ["c-3"]
    assert sorted(audited()) == [("redrive", "c-1"), ("redrive", "c-2")]
    work_off(cloud)
    assert set(cloud.rows()) == {"CONTRACT#c-1", "CONTRACT#c-2"}


def test_selected_rows_are_redriven_alone(cloud: Cloud, console: httpx.Client) -> None:
    repaired(cloud, "c-1", "c-2", "c-3")
    page = console.get(REDRIVE, params={"id": ["c-1", "c-3"]})
    page = open_page(console, str(page.url))

    end = confirm(console, page)

    assert "ingest dlq redrive --id c-1 --id c-3" in text_of(page)
    assert "Redrove 2 dead letters." in text_of(end)
    assert events_of(read_again(console)) == ["c-2"]


def test_a_selection_that_changed_since_is_shown_again_and_not_redriven(
    cloud: Cloud, console: httpx.Client
) -> None:
    repaired(cloud, "c-1")
    page = open_page(console, REDRIVE, source="sourceB")
    repaired(cloud, "c-2")
    read_again(console)

    again = confirm(console, page)
    forged = console.post(f"{REDRIVE}?source=sourceB", data={})

    for answer in (again, forged):
        assert answer.status_code == 409
        assert "Nothing was done: the dead letters have changed" in text_of(answer)
        assert "2 would be redriven" in text_of(answer)
    assert (cloud.queued(), audited()) == ([], [])


def test_of_two_tabs_the_second_finds_nothing_left(
    cloud: Cloud, console: httpx.Client, runtime: Runtime
) -> None:
    repaired(cloud, "c-1", "c-2")
    tabs = [open_page(console, REDRIVE, source="sourceB") for _ in range(2)]
    both_started = Event()

    def wait(_: Json) -> None:
        both_started.wait(WAIT_SECONDS)

    intercept(runtime.deployment.client("sns"), "PublishBatch", wait)
    try:
        started = [_press(console, page) for page in tabs]
    finally:
        both_started.set()
    first, second = (text_of(finish(console, page)) for page in started)

    assert "Redrove 2 dead letters." in first
    assert "Redrove 0 dead letters." in second
    assert "2 dead letters were not redriven: they are gone" in second
    assert len(cloud.queued()) == 2
    assert len(audited()) == 2


def _press(console: httpx.Client, page: httpx.Response) -> httpx.Response:
    digest = page.text.partition('name="digest" value="')[2].partition('"')[0]
    return console.post(f"{REDRIVE}?source=sourceB", data={"digest": digest})


def test_what_another_command_leased_is_reported(
    cloud: Cloud, console: httpx.Client, ingest: Ingest
) -> None:
    repaired(cloud, "c-1")
    page = open_page(console, REDRIVE, source="sourceB")
    ingest("redrive")

    end = confirm(console, page)

    assert "1 dead letter was not redriven: it is gone" in text_of(end)
    assert len(cloud.queued()) == 1


@pytest.mark.parametrize(
    ("service", "operation", "sentence"),
    [
        ("logs", "PutLogEvents", "no PutLogEvents for you"),
        ("sns", "PublishBatch", "Not all were redriven. The others are still dead letters"),
    ],
)
def test_a_refused_call_is_one_sentence_and_loses_nothing(
    cloud: Cloud,
    console: httpx.Client,
    runtime: Runtime,
    service: str,
    operation: str,
    sentence: str,
) -> None:
    repaired(cloud, "c-1")

    def refuse(_: Json) -> Canned:
        return aws_error("AuthorizationError", 403, f"no {operation} for you")

    intercept(runtime.deployment.client(service), operation, refuse)
    end = confirm(console, open_page(console, REDRIVE, source="sourceB"))

    assert sentence in text_of(end)
    assert "Nothing was changed." in text_of(end)
    assert events_of(read_again(console)) == ["c-1"]
    assert cloud.queued() == []


def test_a_console_that_stops_ends_its_leases_and_keeps_the_rest(
    cloud: Cloud, console: httpx.Client, runtime: Runtime
) -> None:
    names = [f"c-{number:02}" for number in range(25)]
    repaired(cloud, *names)
    page = open_page(console, REDRIVE, source="sourceB")

    def stop(_: Json) -> None:
        runtime.work.start("", lambda _: [], back="/").progress.is_stopping.set()  # As Ctrl-C does.

    intercept(runtime.deployment.client("sns"), "PublishBatch", stop)
    end = text_of(confirm(console, page))

    assert "the console was stopped: the rest was not done" in end
    assert "they are gone" not in end
    sent = len(cloud.queued())
    assert len(cloud.dead_letters()) + sent == len(names)
    assert 0 < sent < len(names)
    assert len(audited()) >= sent


def test_a_redrive_of_nothing_is_not_found(cloud: Cloud, console: httpx.Client) -> None:
    assert cloud.dead_letters() == []

    page = open_page(console, REDRIVE, id="c-9")

    assert page.status_code == 404
    assert "no such dead letter is visible any more" in text_of(page)
