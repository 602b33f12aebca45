"""Work runs in the background, and its page shows the progress and the end."""

from collections.abc import Iterator
from threading import Event

import httpx
import pytest

from ingestion.cli.console.runtime import Runtime
from ingestion.cli.console.work import (
    DEAD_LETTER_WORK,
    MAX_LINES,
    Progress,
    Work,
    WorkList,
    WorkStopped,
)
from ingestion.cli.output import CommandFailed, ExitCode
from tests.integration.console.reading import finish, text_of
from tests.support.browser.waiting import wait_for

WAIT_SECONDS = 120


def test_the_page_shows_the_progress_then_what_was_done(
    console: httpx.Client, runtime: Runtime
) -> None:
    may_end = Event()

    def act(progress: Progress) -> Iterator[str]:
        progress.update(3, 10)
        may_end.wait(WAIT_SECONDS)
        yield "Moved 10 <b>things</b>."

    work = runtime.work.start("Move things", act, back="/")
    try:
        wait_for(lambda: work.progress.done)
        running = console.get(work.url)
    finally:
        may_end.set()
    ended = finish(console, running)

    assert "Move things In progress: 3 of 10 …" in text_of(running)
    assert "Moved 10 <b>things</b>. Back" in text_of(ended)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (CommandFailed("no such thing", ExitCode.NOT_FOUND), "no such thing"),
        (KeyError("secret"), "the console failed: the terminal of `ingest console` shows why"),
    ],
)
def test_failed_work_says_why_in_one_sentence(
    console: httpx.Client, runtime: Runtime, error: Exception, sentence: str
) -> None:
    def act(_: Progress) -> list[str]:
        raise error

    work = runtime.work.start("Fail", act, back="/")
    page = finish(console, console.get(work.url))

    assert f"Fail {sentence} Back" in text_of(page)
    assert "secret" not in page.text


def test_stopped_work_ends_after_its_current_step() -> None:
    works, has_started = WorkList(), Event()

    def act(progress: Progress) -> Iterator[str]:
        for done in range(10**9):
            progress.update(done)
            has_started.set()
        yield "not reached"

    work = works.start("Count", act, back="/")
    assert has_started.wait(WAIT_SECONDS)
    works.stop()

    assert isinstance(work.future.exception(), WorkStopped)


def test_the_page_keeps_the_last_lines_only(console: httpx.Client, runtime: Runtime) -> None:
    def act(progress: Progress) -> Iterator[str]:
        progress.lines.extend(f"line {number}" for number in range(MAX_LINES + 2))
        yield "Printed."

    work = runtime.work.start("Print", act, back="/")
    shown = text_of(finish(console, console.get(work.url)))

    assert "The last 5,000 lines: line 2 line 3 " in shown
    assert f"line {MAX_LINES + 1} Back" in shown


def test_only_work_of_the_same_series_waits(console: httpx.Client, runtime: Runtime) -> None:
    may_end = Event()

    def act(_: Progress) -> Iterator[str]:
        may_end.wait(WAIT_SECONDS)
        yield "Done."

    def start(title: str, series: str | None) -> Work:
        return runtime.work.start(title, act, "/", series=series)

    try:
        first, second, third = (start(name, DEAD_LETTER_WORK) for name in ("One", "Two", "Three"))
        others = [start("Pause sourceB", None) for _ in range(6)]
        wait_for(lambda: first.future.running() and all(o.future.running() for o in others))
        pages = [text_of(console.get(work.url)) for work in (first, second, third)]
    finally:
        may_end.set()

    assert all(other.future.result(WAIT_SECONDS) == ["Done."] for other in others)
    assert "In progress" in pages[0]
    assert all("This work waits for: One" in page for page in pages[1:])
    assert "In progress" not in pages[1] + pages[2]
