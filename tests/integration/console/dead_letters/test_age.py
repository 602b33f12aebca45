"""Pages show what was read lately, and wait for a read if that is old."""

import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import httpx
import pytest

from ingestion.cli.console.dead_letters.dead_letter_reader import DeadLetterReader
from ingestion.cli.console.runtime import Runtime
from ingestion.cli.console.work import DEAD_LETTER_WORK, Progress
from tests.integration.cloud import Cloud
from tests.integration.console.dead_letters.conftest import Refuse
from tests.integration.console.dead_letters.pages import ALIKE, TO_WORKS, events_of, open_page
from tests.integration.console.reading import text_of
from tests.integration.dead_letters.examples import dead_letter, leases
from tests.support.browser.waiting import wait_for

WAIT_SECONDS = 120


def make_old(runtime: Runtime) -> None:
    """Let what the console read last be an hour old."""
    last_read = runtime.dead_letters.last_read
    assert last_read
    vars(last_read)["read_at"] = datetime.now(UTC) - timedelta(hours=1)


def test_what_a_page_is_about_is_never_old(
    cloud: Cloud, console: httpx.Client, runtime: Runtime
) -> None:
    dead_letter(cloud, *leases("c-1"))
    open_page(console)
    dead_letter(cloud, *leases("c-2"))
    make_old(runtime)

    page = open_page(console, "/dead-letters/drop", **ALIKE)

    assert "This deletes 2 dead letters permanently." in text_of(page)


def test_each_page_says_when_the_dead_letters_were_read(
    cloud: Cloud, console: httpx.Client
) -> None:
    dead_letter(cloud, *leases("c-1"))

    pages = [
        open_page(console, "/dead-letters/sourceB/c-1"),
        open_page(console, "/dead-letters/redrive", **ALIKE),
        open_page(console, "/dead-letters/edit", **ALIKE, **TO_WORKS),
        open_page(console, "/dead-letters/drop", **ALIKE),
    ]

    assert [page.status_code for page in pages] == [200] * 4
    assert all(f"Read {datetime.now(UTC).year}-" in text_of(page) for page in pages)


def test_an_id_that_is_not_known_is_read_again_once(cloud: Cloud, console: httpx.Client) -> None:
    dead_letter(cloud, *leases("c-1"))
    open_page(console)
    dead_letter(cloud, *leases("c-2"))

    newer = open_page(console, "/dead-letters/sourceB/c-2")
    unknown = open_page(console, "/dead-letters/sourceB/c-9")

    assert "A redrive would fail again" in text_of(newer)
    assert unknown.status_code == 404


def test_the_list_shows_old_ones_while_it_reads_again(
    cloud: Cloud, console: httpx.Client, runtime: Runtime
) -> None:
    dead_letter(cloud, *leases("c-1"))
    open_page(console)
    make_old(runtime)

    with runtime.dead_letters.changing(runtime.deployment):
        listed = console.get("/dead-letters")

    assert events_of(listed) == ["c-1"]
    assert "1h ago. Reading again …" in text_of(listed)


def test_an_open_list_is_loaded_again_when_its_read_fails(
    cloud: Cloud, console: httpx.Client, runtime: Runtime, refuse: Refuse
) -> None:
    dead_letter(cloud, *leases("c-1"))
    open_page(console)
    make_old(runtime)
    refuse("sqs", "ReceiveMessage")

    listed = console.get("/dead-letters")
    url = re.search(r'hx-get="(/dead-letters/state[?][^"]+)"', listed.text)
    assert url, listed.text
    wait_for(lambda: not runtime.dead_letters.is_reading)
    state = console.get(url[1])
    shown = console.get("/dead-letters")

    assert state.headers.get("HX-Refresh") == "true"
    assert "your AWS identity may not do this: no ReceiveMessage for you" in text_of(shown)


def test_a_confirmation_during_a_read_does_nothing_and_says_so(
    cloud: Cloud, console: httpx.Client, runtime: Runtime
) -> None:
    dead_letter(cloud, *leases("c-1"))
    open_page(console)

    with runtime.dead_letters.changing(runtime.deployment):
        runtime.dead_letters.forget_last_read()  # As the button that reads again.
        answers = [
            console.post(f"/dead-letters/{act}", params=ALIKE)
            for act in ("redrive", "edit", "drop")
        ]

    for answer in answers:
        assert answer.status_code == 409
        assert "Nothing was done: the dead letters are read again" in text_of(answer)
    assert 'href="/dead-letters/drop?source=sourceB&amp;reason=invalid_entity"' in answers[2].text
    assert len(cloud.dead_letters()) == 1


@pytest.mark.usefixtures("cloud")
def test_a_read_that_waits_for_work_names_it(console: httpx.Client, runtime: Runtime) -> None:
    has_started, may_end = Event(), Event()

    def act(_: Progress) -> Iterator[str]:
        with runtime.dead_letters.changing(runtime.deployment):
            has_started.set()
            may_end.wait(WAIT_SECONDS)
        yield "Done."

    work = runtime.work.start("Redrive 1,000 dead letters", act, "/", series=DEAD_LETTER_WORK)
    try:
        assert has_started.wait(WAIT_SECONDS)
        page = console.get("/dead-letters")
    finally:
        may_end.set()

    sentence = "starts when this work has ended: Redrive 1,000 dead letters"
    assert f"Reading the dead letters {sentence}" in text_of(page)
    assert f'href="{work.url}"' in page.text


@pytest.mark.usefixtures("cloud")
def test_a_read_that_the_end_of_the_console_cancels_is_no_error(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancel(*_: object) -> Future[Any]:
        cancelled: Future[Any] = Future()
        cancelled.cancel()
        return cancelled

    monkeypatch.setattr(ThreadPoolExecutor, "submit", cancel)
    dead_letters = DeadLetterReader()

    found = [dead_letters.read_recent(runtime.deployment) for _ in range(2)]

    assert found == [None, None]
