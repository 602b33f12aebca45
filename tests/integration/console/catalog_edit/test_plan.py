"""The plan runs in the checkout as a piece of work, and ends with the console."""

from collections.abc import Iterator
from threading import Event, Thread

import httpx
import pytest

from ingestion.cli.checkout import Checkout
from ingestion.cli.console.catalog_edit.plan_process import read_lines
from ingestion.cli.console.runtime import Runtime
from ingestion.cli.console.work import PLANS, Progress
from ingestion.cli.output import CommandFailed
from tests.integration.cloud import Cloud
from tests.integration.console.reading import finish, text_of
from tests.integration.status.source_check.deployed import write_environment

WORDS = ("make", "plan")
COLOURED = (
    "plan:\n\t@printf '\\033[1m\\033[32m+ create\\033[0m <b>\\n\\033]0;title\\007'\n"
    '\t@echo "Plan: 1 to add. $$NO_COLOR"\n'
)


@pytest.fixture
def plannable(runtime: Runtime, cloud: Cloud, checkout: Checkout) -> Checkout:
    """Return a checkout whose `make plan` prints two lines."""
    write_environment(cloud, checkout)
    (checkout.root / "Makefile").write_text(COLOURED)
    assert runtime.deployment.checkout == checkout
    return checkout


@pytest.mark.usefixtures("plannable")
def test_the_page_says_that_a_plan_changes_nothing(console: httpx.Client) -> None:
    shown = text_of(console.get("/sources/sourceB/plan", params={"saved": "1"}))

    assert "config/sources.yaml was saved. Nothing is deployed yet." in shown
    assert "The entry in config/sources.yaml is deployed." in shown
    assert "It changes nothing. To deploy the checkout, run make up in a terminal." in shown


def test_an_entry_that_is_not_deployed_says_what_differs(
    console: httpx.Client, plannable: Checkout
) -> None:
    file = plannable.catalog_file
    file.write_text(file.read_text().replace("path: b\n", "path: bb\n"))

    shown = text_of(console.get("/sources/sourceB/plan"))

    assert "differs from the one that is deployed in local, in path: deploy the catalog." in shown


@pytest.mark.parametrize("path", ["", "/edit", "/plan"])
def test_a_file_that_is_not_utf_8_is_one_sentence(
    console: httpx.Client, plannable: Checkout, path: str
) -> None:
    plannable.catalog_file.write_bytes(b"# \xe9\n" + plannable.catalog_file.read_bytes())

    response = console.get(f"/sources/sourceB{path}")

    assert response.status_code in (200, 422)
    assert "config/sources.yaml: is not UTF-8: invalid" in text_of(response)


def test_a_catalog_that_cannot_be_read_is_one_sentence(
    console: httpx.Client, plannable: Checkout, capfd: pytest.CaptureFixture[str]
) -> None:
    plannable.catalog_file.unlink()
    plannable.catalog_file.symlink_to("/proc/self/mem")  # Each read fails, also for root.

    response = console.get("/sources/sourceB/edit")

    assert response.status_code == 422
    assert "Input/output error" in text_of(response)
    assert capfd.readouterr().err == ""


@pytest.mark.usefixtures("plannable")
def test_the_lines_of_the_plan_are_shown_without_colours(console: httpx.Client) -> None:
    response = finish(console, console.post("/sources/sourceB/plan"))

    shown = text_of(response)
    assert "Run make plan" in shown
    assert "+ create <b>" in shown
    assert "Plan: 1 to add. 1" in shown
    assert "Nothing was changed: `make up` deploys the checkout to local." in shown
    assert "\x1b" not in response.text
    assert "title" not in shown


def test_a_plan_that_fails_shows_its_lines_and_the_exit_code(
    console: httpx.Client, plannable: Checkout
) -> None:
    (plannable.root / "Makefile").write_text("plan:\n\t@echo No credentials. >&2; exit 3\n")

    shown = text_of(finish(console, console.post("/sources/sourceB/plan")))

    assert "`make plan` ended with exit code 2: its last lines show why" in shown
    assert "No credentials." in shown


@pytest.mark.usefixtures("plannable")
def test_a_plan_without_make_says_so_and_prints_no_traceback(
    console: httpx.Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")

    shown = text_of(finish(console, console.post("/sources/sourceB/plan")))

    assert "No such file or directory: make" in shown
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("plannable")
def test_a_second_plan_waits_for_the_first(console: httpx.Client, runtime: Runtime) -> None:
    may_end = Event()

    def wait(_: Progress) -> list[str]:
        return [] if may_end.wait(120) else ["no end"]

    runtime.work.start("The first plan", wait, "/", series=PLANS)

    second = console.post("/sources/sourceB/plan", follow_redirects=True)
    may_end.set()

    assert "This work waits for: The first plan" in text_of(second)
    assert "Plan: 1 to add. 1" in text_of(finish(console, second))


@pytest.fixture
def endless(checkout: Checkout) -> Checkout:
    """Return a checkout whose `make plan` starts a program that ends only by Ctrl-C."""
    (checkout.root / "Makefile").write_text("plan:\n\t@echo started; exec tail -f /dev/null\n")
    return checkout


def test_a_plan_ends_when_the_console_stops(endless: Checkout) -> None:
    is_stopping = Event()
    lines = read_lines(endless, WORDS, is_stopping)
    first = next(lines)

    is_stopping.set()

    assert first == "started"
    with pytest.raises(CommandFailed, match="ended with exit code"):
        list(lines)


def test_a_plan_that_nobody_reads_ends(endless: Checkout) -> None:
    lines = read_lines(endless, WORDS, Event())
    next(lines)

    closing = Thread(target=_close, args=(lines,))
    closing.start()
    closing.join(120)

    assert not closing.is_alive()


def _close(lines: Iterator[str]) -> None:
    lines.close()  # type: ignore[attr-defined]  # It is a generator.


def test_a_missing_program_is_an_error(checkout: Checkout) -> None:
    with pytest.raises(FileNotFoundError):
        next(read_lines(checkout, ("no-such-program",), Event()))
